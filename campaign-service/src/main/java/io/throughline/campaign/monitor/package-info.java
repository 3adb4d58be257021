/** What the whole suite shows of itself: the figures of all services, asked at once with the caller's key. No table. */
package io.throughline.campaign.monitor;
