/**
 * What recipients do with our mails, as their programs tell it: opens by a pixel, clicks by a redirect, unsubscribing by a page
 * or one click (RFC 8058). The links are signed by job-worker, so nobody else makes one and a redirect leads only where a mail
 * of ours led. Out: {@code engagement.events.v1}. Owns no table.
 */
package io.throughline.analytics.tracking;
