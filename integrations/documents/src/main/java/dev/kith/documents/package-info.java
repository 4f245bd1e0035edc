/// Texts with free metadata and embeddings, kept in a Kith collection: what the integrations of frameworks stand on, and the
/// ledger that embeds only what has changed. [dev.kith.documents.Documents] is the way in.
@NullMarked
package dev.kith.documents;

import org.jspecify.annotations.NullMarked;
