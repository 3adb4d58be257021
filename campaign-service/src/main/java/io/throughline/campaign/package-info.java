/** campaign-service: what its features share, which is errors, field checks, preconditions and how JSON is stored. */
package io.throughline.campaign;
