package dev.kith.internal.index;

import java.util.List;
import org.apache.lucene.index.IndexCommit;
import org.apache.lucene.index.IndexDeletionPolicy;

/// Keeps the newest commit and the one before it. The log is kept from the older one on, so that a commit found damaged could
/// be replaced by its predecessor and the log.
public final class LastTwoCommits extends IndexDeletionPolicy {
    private volatile int count = 2;

    /// How many commits are kept from the next one on.
    public void keep(int commits) {
        count = commits;
    }

    @Override
    public void onInit(List<? extends IndexCommit> commits) {
        onCommit(commits);
    }

    @Override
    public void onCommit(List<? extends IndexCommit> commits) {
        for (IndexCommit commit : commits.subList(0, Math.max(0, commits.size() - count))) {
            commit.delete();
        }
    }
}
