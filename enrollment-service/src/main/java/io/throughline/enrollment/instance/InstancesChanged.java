package io.throughline.enrollment.instance;

/** At least one instance copy is newer than before; fired in the transaction of the change. */
public record InstancesChanged() {}
