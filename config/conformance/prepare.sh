#!/usr/bin/env bash
# Makes what a conformance run needs, in config/conformance/work: keys, certificates, secrets, test configurations. Needs the built jar, a JDK and OpenSSL.
#   ISSUER_HOST, the name by which the suite reaches the portal, and SUITE, the URL of the suite, may be set.
set -euo pipefail
umask 077
cd "$(dirname "$0")"
[ -e ../../sso-portal/target/sso-portal.jar ] || { echo "build first: mvn -q -DskipTests package" >&2; exit 1; }
HOST="${ISSUER_HOST:-host.docker.internal}"
SUITE="${SUITE:-https://localhost.emobix.co.uk:8443}"
JAR="java -jar ../../sso-portal/target/sso-portal.jar"
mkdir -p work
PASSWORD="$(head -c 24 /dev/urandom | base64 | tr -d '+/=')"

# Until the suite's certificate is put there, the portal's own stands in its place.
cmp -s work/portal.pem work/suite.pem && rm work/suite.pem
rm -f work/tls.p12
keytool -genkeypair -alias tls -keyalg RSA -keysize 2048 -validity 365 -dname "CN=$HOST" -ext "SAN=dns:$HOST,dns:localhost" \
  -storetype PKCS12 -keystore work/tls.p12 -storepass "$PASSWORD" 2> /dev/null
keytool -exportcert -rfc -alias tls -keystore work/tls.p12 -storepass "$PASSWORD" > work/portal.pem 2> /dev/null
[ -e work/suite.pem ] || cp work/portal.pem work/suite.pem

printf '%s' 'conformance password' | $JAR hash-password > work/password.hash
for n in 1 2; do
  $JAR new-key --algorithm PS256 > work/key
  sed -n 's/^private [^:]*: //p' work/key > "work/client-$n.private.jwks"
  sed -n "s/^ *jwks: '\(.*\)'$/\1/p" work/key > "work/client-$n.jwks"
  rm work/key
done

# Certificates of the clients, by an authority of their own.
openssl req -x509 -newkey rsa:2048 -nodes -days 365 -subj "/CN=conformance-authority" -keyout work/clients.key -out work/clients.pem 2> /dev/null
for n in 1 2; do
  openssl req -newkey rsa:2048 -nodes -subj "/CN=conformance-client-$n" -keyout "work/client-$n.key" -out work/request.csr 2> /dev/null
  openssl x509 -req -in work/request.csr -CA work/clients.pem -CAkey work/clients.key -CAcreateserial -days 365 -out "work/client-$n.pem" 2> /dev/null
  rm work/request.csr
done

cat > work/environment << END
export CONFORMANCE_ISSUER=https://$HOST:8443
export CONFORMANCE_MTLS=https://$HOST:8444
export CONFORMANCE_SUITE=$SUITE
export CONFORMANCE_DATA=$PWD/work
export CONFORMANCE_PASSWORD=$PASSWORD
export CONFORMANCE_SECRET_1=$(head -c 32 /dev/urandom | base64 | tr -d '+/=')
export CONFORMANCE_SECRET_2=$(head -c 32 /dev/urandom | base64 | tr -d '+/=')
END
. work/environment
java Plans.java
echo "Now, with the suite's certificate in config/conformance/work/suite.pem: . config/conformance/work/environment && java -jar sso-portal/target/sso-portal.jar serve --config config/conformance"
