/** What happens to sessions when bad things happen to machines: three portals as processes, a proxy, a database, and load (profile {@code chaos}). */
package dev.ssoportal.chaos;
