/**
 * Instances: running campaigns and their states. Owns the table {@code instance}; every change publishes the whole
 * instance to {@code campaign.instances.v1} in its transaction. Steps are copied from the template when it is made.
 * In: {@code enrollment.instance-ledgers.v1}, which says when an instance is finished.
 */
package io.throughline.campaign.instance;
