package dev.ssoportal.directory;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import dev.ssoportal.config.Section;
import java.net.URI;
import java.text.ParseException;
import java.util.List;
import java.util.Optional;

/** Reads how a client authenticates and checks that the pieces fit. */
record ClientKeys(
        Client.Authentication authentication,
        List<ClientSecret> secrets,
        Optional<JWKSet> keys,
        Optional<URI> jwksUri) {

    static ClientKeys read(Section section, Client.Authentication otherwise) {
        Client.Authentication authentication = section.choice("authentication", Client.Authentication.class, otherwise);
        ClientKeys keys = new ClientKeys(
                authentication,
                section.sections("secrets", ClientSecret::read),
                jwks(section),
                section.optionalUrl("jwks-uri"));
        boolean hasKeys = keys.keys.isPresent() || keys.jwksUri.isPresent();
        switch (authentication) {
            case CLIENT_SECRET_BASIC, CLIENT_SECRET_POST -> {
                if (keys.secrets.isEmpty()) {
                    section.problem("secrets", "is missing; \"new-secret\" makes one");
                }
            }
            case PRIVATE_KEY_JWT -> {
                if (!hasKeys) {
                    section.problem("jwks", "give jwks or jwks-uri with the client's public keys");
                }
            }
            case NONE -> {
                if (hasKeys || !keys.secrets.isEmpty()) {
                    section.problem("authentication", "is none, so secrets and keys would never be used");
                }
            }
        }
        return keys;
    }

    private static Optional<JWKSet> jwks(Section section) {
        return section.optionalString("jwks").flatMap(json -> {
            try {
                JWKSet keys = JWKSet.parse(json);
                for (JWK key : keys.getKeys()) {
                    if (key.isPrivate()) {
                        section.problem("jwks", "contains a private key; only the public half belongs here");
                    }
                    if (key instanceof RSAKey rsa && rsa.size() < 2048) {
                        section.problem("jwks", "contains an RSA key of less than 2048 bits");
                    }
                }
                return Optional.of(keys.toPublicJWKSet());
            } catch (ParseException e) {
                section.problem("jwks", "is not a JWK set: " + e.getMessage());
                return Optional.empty();
            }
        });
    }
}
