/// Encryption at rest: files in blocks, log records one by one, all under keys derived from one data key. Knows nothing of where
/// that key comes from.
@NullMarked
package dev.kith.storage.crypt;

import org.jspecify.annotations.NullMarked;
