/** Contacts, who of them is in which campaign, and what is sent to them when. One package per feature below this one. */
package io.throughline.enrollment;
