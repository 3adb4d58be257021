/**
 * The verbs a user types. Each reads its options, calls one feature and prints; nothing else happens here.
 */
package io.throughline.local.command;
