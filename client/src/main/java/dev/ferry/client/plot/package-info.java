/** What the client measures of transfers, read back and drawn. */
@NullMarked
package dev.ferry.client.plot;

import org.jspecify.annotations.NullMarked;
