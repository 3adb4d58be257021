package io.throughline.jobs.outside;

import jakarta.inject.Singleton;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Keeps addresses that tenants choose out of our own network: {@code https} to a host all of whose addresses are public. Asked
 * again before each call, since names change what they stand for. Between that and the connection the JVM keeps what it has
 * resolved; and who is reached instead must prove by certificate to be the host that was asked for.
 */
@Singleton
class PublicAddresses {

    /** Special-purpose blocks (RFC 6890 and its successors) that {@link InetAddress} has no word for. */
    private static final List<Block> SPECIAL = List.of(
            Block.of(8, 0), // this network
            Block.of(10, 100, 64), // shared by carriers
            Block.of(24, 192, 0, 0), // protocol assignments
            Block.of(24, 192, 0, 2), // documentation, as the next two
            Block.of(24, 198, 51, 100),
            Block.of(24, 203, 0, 113),
            Block.of(15, 198, 18), // benchmarks
            Block.of(4, 240)); // reserved, and broadcast

    private final boolean privateToo;

    PublicAddresses(
            @ConfigProperty(name = "throughline.endpoints.private", defaultValue = "false") boolean privateToo) {
        this.privateToo = privateToo;
    }

    private record Block(int bits, byte[] start) {

        static Block of(int bits, int... start) {
            byte[] bytes = new byte[4];
            for (int i = 0; i < start.length; i++) {
                bytes[i] = (byte) start[i];
            }
            return new Block(bits, bytes);
        }

        boolean holds(byte[] address) {
            return number(address) >>> (32 - bits) == number(start) >>> (32 - bits);
        }

        private static int number(byte[] four) {
            return (four[0] & 0xff) << 24 | (four[1] & 0xff) << 16 | (four[2] & 0xff) << 8 | four[3] & 0xff;
        }
    }

    /** Why nothing is sent there; empty: something may be. A name that does not resolve is no reason here. */
    Optional<String> refusal(URI url) {
        boolean plain = "http".equals(url.getScheme());
        if (url.getHost() == null || !plain && !"https".equals(url.getScheme())) {
            return Optional.of("must be an absolute URL of https");
        }
        if (plain && !privateToo) {
            return Optional.of("must be https");
        }
        List<InetAddress> addresses = resolved(url.getHost());
        if (plain && !addresses.stream().allMatch(InetAddress::isLoopbackAddress)) {
            return Optional.of("must be https, unless it is on this machine");
        }
        return privateToo || addresses.stream().allMatch(PublicAddresses::isPublic)
                ? Optional.empty()
                : Optional.of("is in a private network");
    }

    private static List<InetAddress> resolved(String host) {
        try {
            return List.of(InetAddress.getAllByName(host));
        } catch (UnknownHostException e) {
            return List.of();
        }
    }

    static boolean isPublic(InetAddress address) {
        if (address.isLoopbackAddress()
                || address.isAnyLocalAddress()
                || address.isLinkLocalAddress()
                || address.isSiteLocalAddress()
                || address.isMulticastAddress()) {
            return false;
        }
        byte[] bytes = address.getAddress();
        return address instanceof Inet6Address
                ? isPublicSixth(bytes)
                : SPECIAL.stream().noneMatch(it -> it.holds(bytes));
    }

    /** Global unicast is 2000::/3; what carries an IPv4 address in it is judged by that. */
    private static boolean isPublicSixth(byte[] bytes) {
        int first = (bytes[0] & 0xff) << 8 | bytes[1] & 0xff;
        int second = (bytes[2] & 0xff) << 8 | bytes[3] & 0xff;
        if (first == 0x2002) { // 6to4
            return isPublicFourth(Arrays.copyOfRange(bytes, 2, 6));
        }
        if (first == 0x64 && second == 0xff9b) { // NAT64
            return isPublicFourth(Arrays.copyOfRange(bytes, 12, 16));
        }
        boolean special = first == 0x2001 && (second < 0x200 || second == 0xdb8); // Teredo among them; documentation
        return first >>> 13 == 1 && !special;
    }

    private static boolean isPublicFourth(byte[] bytes) {
        try {
            return isPublic(InetAddress.getByAddress(bytes));
        } catch (UnknownHostException e) {
            throw new IllegalStateException("four bytes are an address", e);
        }
    }
}
