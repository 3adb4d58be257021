/** Calls between the services of the suite: reads only, with the caller's key, bounded in time. */
package io.throughline.platform.suite;
