# Two stages: build with Maven, run with a JRE. Configuration is mounted at /portal/config, data at /portal/data;
# templates of your own go where server.templates says. Set server.management-address to 0.0.0.0 to reach port 9000 from outside. JAVA_TOOL_OPTIONS is honoured.
FROM maven:3.9-eclipse-temurin-17 AS build
WORKDIR /source
COPY . .
RUN mvn -B -q -DskipTests package -pl sso-portal -am

FROM eclipse-temurin:17-jre
RUN useradd --system --uid 10001 --create-home --home-dir /portal portal \
    && mkdir -p /portal/config /portal/data && chown -R portal /portal
WORKDIR /portal
COPY --from=build /source/sso-portal/target/lib lib
COPY --from=build /source/sso-portal/target/sso-portal.jar sso-portal.jar
USER portal
ENV JAVA_TOOL_OPTIONS="-XX:MaxRAMPercentage=70"
EXPOSE 8080 9000
VOLUME ["/portal/data"]
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s \
    CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/9000 && printf 'GET /health/ready HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\n\\r\\n' >&3 && head -n 1 <&3 | grep -q ' 200 '"]
ENTRYPOINT ["java", "-jar", "sso-portal.jar"]
CMD ["serve", "--config", "config"]
