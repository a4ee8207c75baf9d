/**
 * The benchmark: {@code mvn -q -Pbench verify}. The portal and a bare Jetty run as processes of their own, a lean client loads each in turn over
 * 32 kept-alive connections, and one table shows both side by side.
 */
package dev.ssoportal.bench;
