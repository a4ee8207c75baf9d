package dev.ssoportal.oidc;

import dev.ssoportal.directory.Client;
import dev.ssoportal.token.Confirmation;
import java.util.Optional;

/**
 * A token request.
 *
 * @param client authenticated
 * @param confirmation what the sender has proven to possess; the access token will be bound to it
 */
record TokenRequest(Client client, TokenForm form, Optional<Confirmation> confirmation) {}
