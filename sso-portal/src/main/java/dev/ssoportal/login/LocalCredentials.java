package dev.ssoportal.login;

import dev.ssoportal.crypto.PasswordHash;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Checks passwords of local accounts. A name nobody has costs as much time as a wrong password, so time tells nothing. */
public final class LocalCredentials {
    private final Map<String, LocalAccount> accounts = new LinkedHashMap<>();
    private final PasswordHash passwords;
    private final String nobodysHash;

    public LocalCredentials(List<LocalAccount> accounts, PasswordHash passwords) {
        accounts.forEach(account -> this.accounts.put(account.username().toLowerCase(Locale.ROOT), account));
        this.passwords = passwords;
        // With the parameters of a real one, if there is one, so that it costs the same.
        this.nobodysHash = accounts.isEmpty()
                ? ""
                : accounts.get(0).passwordHash().replaceAll("\\$[^$]*$", "\\$" + "A".repeat(43));
    }

    boolean isEmpty() {
        return accounts.isEmpty();
    }

    Optional<LocalAccount> check(String username, String password) {
        Optional<LocalAccount> account = Optional.ofNullable(accounts.get(username.toLowerCase(Locale.ROOT)));
        boolean matches = passwords.matches(
                password, account.map(LocalAccount::passwordHash).orElse(nobodysHash));
        return matches ? account : Optional.empty();
    }
}
