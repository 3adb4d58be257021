package io.throughline.enrollment.suppression;

import io.smallrye.config.ConfigMapping;

@ConfigMapping(prefix = "throughline.suppression")
interface SuppressionSettings {

    /** 32 bytes in Base64. It can't be changed: the hashes of erased people could not be made anew. */
    String key();
}
