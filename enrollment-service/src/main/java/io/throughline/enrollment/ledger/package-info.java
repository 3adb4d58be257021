/**
 * The account of an instance: what became of each step of each enrollment, and whether something is still to come. Reads the
 * tables of {@code enrolling} and {@code sequence}, ends what is left of instances that are over, and keeps in
 * {@code instance_copy} whether the ledger is closed. Out: {@code enrollment.instance-ledgers.v1}, {@code enrollment.changes.v1}.
 */
package io.throughline.enrollment.ledger;
