package dev.ssoportal.directory;

import com.nimbusds.jose.JWSAlgorithm;
import dev.ssoportal.crypto.SecretHash;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/** What may authenticate at the token endpoint: an app on behalf of people, or a service account for itself. */
public sealed interface Client permits App, ServiceAccount {

    /** How a client proves who it is (OpenID Connect Core, section 9). */
    enum Authentication {
        CLIENT_SECRET_BASIC,
        CLIENT_SECRET_POST,
        PRIVATE_KEY_JWT,
        TLS_CLIENT_AUTH,
        SELF_SIGNED_TLS_CLIENT_AUTH,
        NONE
    }

    /** Who says what a client is. */
    enum Origin {
        /** The operator. */
        DECLARED,
        /** Itself, when it registered; nobody of ours has looked at it. */
        REGISTERED,
        /** Itself, in a document that may change at any time. */
        DOCUMENT
    }

    String id();

    Profile profile();

    /** Whether an operator has declared it, and it has not registered itself. */
    boolean isDeclared();

    Credentials credentials();

    /** What its assertions may be signed with. */
    default Set<JWSAlgorithm> assertionAlgorithms() {
        return ClientRules.acceptedAlgorithms(profile());
    }

    /** How its introspection answers are signed, when it asks for signed ones (RFC 9701). */
    JWSAlgorithm introspectionAlgorithm();

    /** How they are encrypted on top of that. */
    Optional<Encryption> introspectionEncryption();

    /** Whether it may prove who it is in this way: the one it is registered for, or for an old app, the secret wherever it puts it. */
    default boolean mayAuthenticateBy(Authentication used) {
        Authentication registered = credentials().authentication();
        boolean bySecret = used == Authentication.CLIENT_SECRET_BASIC || used == Authentication.CLIENT_SECRET_POST;

        return registered == used
                || (profile() == Profile.LEGACY && bySecret && credentials().hasSecret());
    }

    /** Whether this is one of the client's secrets that has not expired; compares with all of them, each in constant time. */
    default boolean acceptsSecret(String secret, Instant now) {
        boolean accepted = false;
        for (ClientSecret candidate : credentials().secrets()) {
            accepted |= SecretHash.matches(secret, candidate.hash()) && candidate.isValid(now);
        }
        return accepted;
    }
}
