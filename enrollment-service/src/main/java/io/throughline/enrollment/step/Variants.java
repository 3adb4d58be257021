package io.throughline.enrollment.step;

import io.throughline.events.campaign.InstanceSnapshot.Variant;
import java.util.List;
import java.util.UUID;

/** Which variant of a step somebody gets. */
public final class Variants {

    private Variants() {}

    /**
     * Chosen by weight from enrollment and step alone, so that planning again after a crash, or another replica, chooses the
     * same; steps choose independently of each other.
     *
     * @param variants at least one with a weight above 0
     */
    public static Variant of(List<Variant> variants, UUID enrollment, int step) {
        long total = variants.stream().mapToLong(Variant::weight).sum();
        long place = Long.remainderUnsigned(spread(enrollment, step), total);
        for (Variant variant : variants) {
            place -= variant.weight();
            if (place < 0) {
                return variant;
            }
        }
        throw new IllegalArgumentException("no variant has a weight");
    }

    /**
     * Ids are in the order of time, so their bits must be mixed: the finaliser of SplitMix64, once for each part.
     *
     * @see <a href="https://doi.org/10.1145/2660193.2660195">Steele, Lea, Flood: Fast splittable pseudorandom number
     *     generators</a>
     */
    private static long spread(UUID enrollment, int step) {
        return mix(mix(mix(enrollment.getMostSignificantBits()) ^ enrollment.getLeastSignificantBits()) + step);
    }

    private static long mix(long bits) {
        long mixed = bits + 0x9e3779b97f4a7c15L;
        mixed = (mixed ^ mixed >>> 30) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ mixed >>> 27) * 0x94d049bb133111ebL;
        return mixed ^ mixed >>> 31;
    }
}
