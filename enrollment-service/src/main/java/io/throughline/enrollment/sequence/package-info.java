/**
 * What is sent to whom when: plans due steps as messages, moves on or stops on what came back. Owns table
 * {@code message}, moves rows of {@code enrollment}. In: {@code engagement.events.v1}. Out:
 * {@code outreach.messages.v1}, {@code enrollment.changes.v1}.
 */
package io.throughline.enrollment.sequence;
