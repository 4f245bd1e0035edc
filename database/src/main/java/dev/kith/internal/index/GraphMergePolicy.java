package dev.kith.internal.index;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.lucene.index.FilterMergePolicy;
import org.apache.lucene.index.MergePolicy;
import org.apache.lucene.index.MergeTrigger;
import org.apache.lucene.index.SegmentCommitInfo;
import org.apache.lucene.index.SegmentInfos;
import org.apache.lucene.index.TieredMergePolicy;
import org.jspecify.annotations.Nullable;

/// Lucene's tiered merging, with few tiers because each graph costs a search nearly as much as the first; and segments that
/// were flushed large, hence flat, are rewritten alone to get their graph once the collection is at rest, and those too small for one
/// together, once they are enough for one, or with the smallest graph. While records come in too fast for graphs ([Pace]), only segments
/// without one are merged, and their graph follows at rest.
public final class GraphMergePolicy extends FilterMergePolicy {
    private static final int MAX_UNWATCHED_SEGMENTS = 48;
    /// Records whose scan costs a search about as much as a graph does.
    private static final int LEAST_JOINING = 500;
    /// How many times a record may be rewritten, at worst, so that others need no scan.
    private static final int MOST_TIMES = 20;
    private final int graphRecords;
    private final Pace pace;
    private volatile boolean resting;
    private volatile boolean stopped;
    private final Set<String> damaged = ConcurrentHashMap.newKeySet();

    /// @param graphRecords records from which a segment gets a graph
    /// @param pace whether records come in too fast for graphs, or nobody searches while they come
    public GraphMergePolicy(int graphRecords, Pace pace) {
        super(tiered());
        this.graphRecords = graphRecords;
        this.pace = pace;
    }

    private static MergePolicy tiered() {
        TieredMergePolicy policy = new TieredMergePolicy();
        policy.setSegmentsPerTier(4);
        policy.setFloorSegmentMB(8);
        policy.setMaxMergedSegmentMB(64 << 10);
        policy.setDeletesPctAllowed(20);
        policy.setForceMergeDeletesPctAllowed(0); // asked for when records are to be erased: every one counts
        policy.setNoCFSRatio(0);
        return policy;
    }

    /// Whether no writes came lately.
    public void resting(boolean now) {
        resting = now;
    }

    /// Has a segment rewritten, because its index is damaged.
    public void rebuild(String segment) {
        damaged.add(segment);
    }

    /// No more merges: the collection closes.
    public void stop() {
        stopped = true;
    }

    @Override
    public @Nullable MergeSpecification findMerges(MergeTrigger trigger, SegmentInfos infos, MergeContext context)
            throws IOException {
        if (stopped) {
            return null;
        }
        // In a bulk load merging only builds graphs that the next merge throws away, so it waits until somebody looks or the writes
        // pause, or until there are too many segments.
        boolean waits = pace.unwatched() && !resting && infos.size() < MAX_UNWATCHED_SEGMENTS;
        boolean hurried = !resting && pace.hurried();
        MergeSpecification found = waits ? null : super.findMerges(trigger, hurried ? withoutGraphs(infos) : infos, context);
        if (found == null && !damaged.isEmpty()) {
            found = rebuilds(infos, context);
        }
        if (found == null && resting && !waits) {
            found = graphsFor(infos, context);
            return found == null ? togetherFor(infos, context) : found;
        }
        return found;
    }

    @Override
    public @Nullable MergeSpecification findForcedMerges(SegmentInfos infos, int maxSegments,
            Map<SegmentCommitInfo, Boolean> toMerge, MergeContext context) throws IOException {
        if (stopped) {
            return null;
        }
        MergeSpecification found = super.findForcedMerges(infos, maxSegments, toMerge, context);
        return found == null && infos.size() <= maxSegments ? graphsFor(infos, context) : found;
    }

    /// Rewrites alone each segment whose index is damaged.
    private @Nullable MergeSpecification rebuilds(SegmentInfos infos, MergeContext context) {
        MergeSpecification found = null;
        for (SegmentCommitInfo info : infos) {
            if (damaged.contains(info.info.name) && !context.getMergingSegments().contains(info)) {
                found = found == null ? new MergeSpecification() : found;
                found.add(new OneMerge(List.of(info)));
            }
        }
        Set<String> there = new HashSet<>();
        infos.forEach(info -> there.add(info.info.name));
        damaged.retainAll(there);
        return found;
    }

    /// Puts segments together that are too small for a graph, for every search scans them all: by themselves once they are enough for a
    /// graph of their own, before that with the smallest segment that has one, unless that is many times larger.
    private @Nullable MergeSpecification togetherFor(SegmentInfos infos, MergeContext context) throws IOException {
        List<SegmentCommitInfo> merged = new ArrayList<>();
        SegmentCommitInfo smallest = null;
        long records = 0;
        for (SegmentCommitInfo info : infos) {
            if (context.getMergingSegments().contains(info)) {
                continue;
            }
            if (live(info) < graphRecords) {
                merged.add(info);
                records += live(info);
            } else if (smallest == null || live(info) < live(smallest)) {
                smallest = info;
            }
        }
        if (records < graphRecords && smallest != null && records >= LEAST_JOINING && live(smallest) <= MOST_TIMES * records) {
            merged.add(smallest);
            records += live(smallest);
        }
        if (merged.size() < 2 || records < graphRecords) {
            return null;
        }
        MergeSpecification together = new MergeSpecification();
        together.add(new OneMerge(merged));
        return together;
    }

    /// The segments that have no graph: in a hurry no graph is taken apart, for it would not be built again soon.
    private SegmentInfos withoutGraphs(SegmentInfos infos) {
        SegmentInfos without = new SegmentInfos(infos.getIndexCreatedVersionMajor());
        for (SegmentCommitInfo info : infos) {
            if (live(info) < graphRecords || flushed(info) || SegmentCodec.graphLater(info.info)) {
                without.add(info);
            }
        }
        return without;
    }

    private static boolean flushed(SegmentCommitInfo info) {
        return "flush".equals(info.info.getDiagnostics().get("source"));
    }

    private static int live(SegmentCommitInfo info) {
        return info.info.maxDoc() - info.getDelCount();
    }

    /// Rewrites alone each large segment that was flushed, and together those whose graph was left for later.
    private @Nullable MergeSpecification graphsFor(SegmentInfos infos, MergeContext context) throws IOException {
        MergeSpecification found = null;
        List<SegmentCommitInfo> later = new ArrayList<>();
        for (SegmentCommitInfo info : infos) {
            if (live(info) < graphRecords || context.getMergingSegments().contains(info)) {
                continue;
            }
            if (SegmentCodec.graphLater(info.info)) {
                if (!pace.hurried()) { // else it would be written again without, and again
                    later.add(info);
                }
            } else if (flushed(info)) {
                found = found == null ? new MergeSpecification() : found;
                found.add(new OneMerge(List.of(info)));
            }
        }
        if (!later.isEmpty()) {
            found = found == null ? new MergeSpecification() : found;
            found.add(new OneMerge(later));
        }
        return found;
    }
}
