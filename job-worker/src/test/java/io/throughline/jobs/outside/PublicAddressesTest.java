package io.throughline.jobs.outside;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Blocks by the registries of IANA for special-purpose addresses. */
class PublicAddressesTest {

    private final PublicAddresses strict = new PublicAddresses(false);
    private final PublicAddresses open = new PublicAddresses(true);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "127.9.9.9",
                "0.0.0.0",
                "0.1.2.3",
                "10.0.0.1",
                "172.16.0.1",
                "172.31.255.255",
                "192.168.1.1",
                "169.254.169.254",
                "100.64.0.1",
                "100.127.255.255",
                "192.0.0.8",
                "192.0.2.1",
                "198.18.0.1",
                "198.19.255.255",
                "198.51.100.7",
                "203.0.113.9",
                "224.0.0.1",
                "240.0.0.1",
                "255.255.255.255",
                "::",
                "::1",
                "fe80::1",
                "fc00::1",
                "fd12:3456::1",
                "fec0::1",
                "ff02::1",
                "::ffff:127.0.0.1",
                "::127.0.0.1",
                "64:ff9b::a00:1",
                "64:ff9b:1::1",
                "2002:7f00:1::1",
                "2002:a9fe:a9fe::",
                "2001::1",
                "2001:db8::1",
                "100::1"
            })
    void keepsOutOfOurOwnNetwork(String address) throws UnknownHostException {
        InetAddress read = InetAddress.getByName(address);
        assertThat(PublicAddresses.isPublic(read)).isFalse();
        String host = address.contains(":") ? "[" + address + "]" : address;
        assertThat(strict.refusal(URI.create("https://" + host + "/"))).contains("is in a private network");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "8.8.8.8",
                "1.1.1.1",
                "172.15.255.255",
                "172.32.0.1",
                "100.63.255.255",
                "100.128.0.1",
                "198.17.0.1",
                "198.20.0.1",
                "192.0.1.1",
                "223.255.255.254",
                "2606:4700:4700::1111",
                "2001:4860:4860::8888",
                "64:ff9b::808:808",
                "2002:808:808::1"
            })
    void goesOut(String address) throws UnknownHostException {
        assertThat(PublicAddresses.isPublic(InetAddress.getByName(address))).isTrue();
    }

    @Test
    void seesThroughOtherSpellingsAndNames() {
        assertThat(strict.refusal(URI.create("https://localhost/"))).contains("is in a private network");
        assertThat(strict.refusal(URI.create("https://2130706433/"))).contains("is in a private network");
    }

    @Test
    void wantsHttps() {
        assertThat(strict.refusal(URI.create("http://8.8.8.8/"))).contains("must be https");
        assertThat(strict.refusal(URI.create("http://127.0.0.1/"))).contains("must be https");
        assertThat(strict.refusal(URI.create("ftp://8.8.8.8/"))).contains("must be an absolute URL of https");
        assertThat(strict.refusal(URI.create("/hook"))).contains("must be an absolute URL of https");
        assertThat(strict.refusal(URI.create("https://8.8.8.8/"))).isEmpty();
    }

    @Test
    void goesIntoOurOwnNetworkWhenTold() {
        assertThat(open.refusal(URI.create("http://127.0.0.1:8080/"))).isEmpty();
        assertThat(open.refusal(URI.create("https://10.0.0.1/"))).isEmpty();
        assertThat(open.refusal(URI.create("http://10.0.0.1/")))
                .contains("must be https, unless it is on this machine");
    }
}
