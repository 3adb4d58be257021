package io.throughline.enrollment;

import java.util.UUID;

/** The sequence, for tests outside its package. */
public interface Steps {

    /** Plans until nothing is due. */
    void drain();

    long enrolled(UUID instance);
}
