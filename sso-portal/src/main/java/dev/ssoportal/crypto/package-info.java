/**
 * Randomness, hashes, signing keys. The only package that touches {@link java.security.SecureRandom}.
 *
 * <p>Secrets of clients and service accounts carry 256 bits of entropy and are stored as SHA-256; passwords of people do not and are
 * stored as Argon2id. Signing goes through the Amazon Corretto Crypto Provider where it loads.
 */
package dev.ssoportal.crypto;
