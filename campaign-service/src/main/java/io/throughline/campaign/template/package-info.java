/**
 * Templates: reusable sequences of steps. Owns the table {@code template}; a deleted template stays there, hidden,
 * because instances name it. Nothing of it travels: instances carry their own copy of the steps.
 */
package io.throughline.campaign.template;
