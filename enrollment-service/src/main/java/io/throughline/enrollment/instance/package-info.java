/**
 * Our copy of the campaign instances: kept from {@code campaign.instances.v1}, read through from the campaign service when a
 * fresh one is asked for. Owns tables {@code instance_copy} and {@code instance_step}.
 */
package io.throughline.enrollment.instance;
