package dev.ssoportal.bench;

import dev.ssoportal.crypto.FastCrypto;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * The physical limit: Jetty with a servlet that reads the body, makes and verifies the signatures that the path names, and answers as many
 * bytes as the path says: {@code /none/1000}, {@code /RS256/1000}, {@code /verify+ES256+ES256/1000}.
 */
public final class BareServer extends HttpServlet {
    private static final long serialVersionUID = 1L;
    private static final byte[] TO_SIGN = new byte[600];

    private final transient KeyPair ec;
    private final transient KeyPair rsa;
    private final transient byte[] signed;

    private BareServer() throws GeneralSecurityException {
        KeyPairGenerator ecGenerator = KeyPairGenerator.getInstance("EC");
        ecGenerator.initialize(new ECGenParameterSpec("secp256r1"));
        ec = ecGenerator.generateKeyPair();
        KeyPairGenerator rsaGenerator = KeyPairGenerator.getInstance("RSA");
        rsaGenerator.initialize(2048);
        rsa = rsaGenerator.generateKeyPair();
        signed = sign("SHA256withECDSA", ec);
    }

    /** @param arguments the port */
    public static void main(String[] arguments) throws Exception {
        Server server = new Server(new QueuedThreadPool(200, 8));
        ServerConnector connector = new ServerConnector(server, 1, 1);
        connector.setHost("127.0.0.1");
        connector.setPort(Integer.parseInt(arguments[0]));
        server.addConnector(connector);
        ServletContextHandler context = new ServletContextHandler("/", false, false);
        context.addServlet(new ServletHolder(new BareServer()), "/*");
        server.setHandler(context);
        server.start();
        server.join();
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        request.getInputStream().readAllBytes();
        String[] path = request.getRequestURI().split("/");
        try {
            for (String work : path[1].split("\\+")) {
                work(work);
            }
        } catch (GeneralSecurityException e) {
            throw new UncheckedIOException(new IOException(e));
        }
        byte[] body = new byte[Integer.parseInt(path[2])];
        java.util.Arrays.fill(body, (byte) 'x');
        response.setContentType("application/json");
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }

    private void work(String name) throws GeneralSecurityException {
        switch (name) {
            case "none" -> {}
            case "ES256" -> sign("SHA256withECDSA", ec);
            case "RS256" -> sign("SHA256withRSA", rsa);
            case "verify" -> verify();
            default -> throw new IllegalArgumentException(name);
        }
    }

    private static Signature signature(String algorithm) throws GeneralSecurityException {
        return FastCrypto.provider().isPresent()
                ? Signature.getInstance(algorithm, FastCrypto.provider().get())
                : Signature.getInstance(algorithm);
    }

    private static byte[] sign(String algorithm, KeyPair key) throws GeneralSecurityException {
        Signature signature = signature(algorithm);
        signature.initSign(key.getPrivate());
        signature.update(TO_SIGN);
        return signature.sign();
    }

    private void verify() throws GeneralSecurityException {
        Signature signature = signature("SHA256withECDSA");
        signature.initVerify(ec.getPublic());
        signature.update(TO_SIGN);
        if (!signature.verify(signed)) {
            throw new IllegalStateException("a good signature was refused");
        }
    }
}
