/** What tests of every service stand on: embedded servers, keys, events, a settable clock and the shared suites. */
package io.throughline.platform.test;
