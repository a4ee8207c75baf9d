package dev.ssoportal.demo;

public final class Main {
    private Main() {}

    public static void main(String[] arguments) {}
}
