/** Debian's Chromium, and its developer tools: what a browser does, and what its page shows. */
@NullMarked
package conduit.e2e.browser;

import org.jspecify.annotations.NullMarked;
