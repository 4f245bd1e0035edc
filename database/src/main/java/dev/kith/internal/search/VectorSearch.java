package dev.kith.internal.search;

import dev.kith.Effort;
import dev.kith.Explanation.PartPlan;
import dev.kith.Explanation.Strategy;
import dev.kith.core.AcceptOrdinals;
import dev.kith.core.TopK;
import dev.kith.internal.view.Leaf;
import dev.kith.internal.view.Overlay;
import dev.kith.internal.view.View;
import dev.kith.lucene.KithVectorsReader;
import dev.kith.lucene.segment.ExactScan;
import dev.kith.lucene.segment.FieldIndex;
import dev.kith.lucene.segment.SearchEffort;
import dev.kith.lucene.segment.SearchStats;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The nearest records of a view by one vector field: segments through their indexes, recent writes by a scan.
final class VectorSearch implements ClauseSearch {
    private final Moment moment;
    private final Target target;
    private final float[] query;
    /// The distances of the nearest found so far, in all parts.
    private TopK nearest = new TopK(1);
    private int remembered;
    private long distances;
    private boolean approximate;

    /// What is looked for.
    ///
    /// @param field a vector field
    /// @param query in the dimension of the field
    /// @param effort how hard to try
    /// @param factor how many times the candidates that a recall asks for
    /// @param known answers of segments that were found before, by segment, for `k + 1`; null where there are none
    record Target(String field, float[] query, Effort effort, double factor, long @Nullable [][] known) {
        static Target of(String field, float[] query, Effort effort, double factor) {
            return new Target(field, query, effort, factor, null);
        }
    }

    VectorSearch(Moment moment, Target target) {
        this.moment = moment;
        this.target = target;
        this.query = target.query();
    }

    /// One segment to be searched.
    private record Job(int source, Leaf leaf, KithVectorsReader vectors, @Nullable AcceptOrdinals accept) {
        int accepted() {
            return accept == null ? vectors.size() : Math.min(accept.cardinality(), vectors.size());
        }
    }

    /// What a segment gave.
    private record Answer(TopK nearest, SearchStats stats, long nanos) {}

    @Override
    public long distances() {
        return distances;
    }

    @Override
    public boolean approximate() {
        return approximate;
    }

    @Override
    public Candidates run(int k) throws IOException {
        Candidates candidates = Candidates.empty();
        nearest = new TopK(k + 1);
        remembered = 0;
        List<Job> jobs = jobs();
        List<Answer> answers = answers(jobs, k);
        for (int i = 0; i < jobs.size(); i++) {
            Job job = jobs.get(i);
            Answer answer = answers.get(i);
            distances += answer.stats().distances();
            approximate |= answer.stats().strategy() != SearchStats.Strategy.EXACT;
            collect(job.source(), answer.nearest(), k, candidates, job.vectors()::docId);
            note(job, answer);
        }
        for (int i = 0; i < moment.view().slices().size(); i++) {
            moment.guard().check();
            searchRecent(i, k, candidates);
        }
        return candidates;
    }

    private interface Items {
        int item(int ordinal);
    }

    private static void collect(int source, TopK nearest, int k, Candidates into, Items items) {
        if (nearest.size() > k) {
            into.cuts().add(new Cut(source, nearest.worstDistance()));
        }
        for (long key : nearest.toSortedKeys()) {
            into.found().add(new Found(source, items.item(TopK.ordinal(key)), TopK.distance(key)));
        }
    }

    private List<Job> jobs() throws IOException {
        List<Job> jobs = new ArrayList<>();
        List<Leaf> leaves = moment.view().generation().leaves();
        for (int i = 0; i < leaves.size(); i++) {
            Leaf leaf = leaves.get(i);
            KithVectorsReader vectors = leaf.core().vectors(target.field());
            if (vectors != null && vectors.size() > 0) {
                QueryGuard guard = moment.guard();
                jobs.add(new Job(i, leaf, guard.watching() ? vectors.checkedBy(guard::check) : vectors, accept(leaf, vectors)));
            }
        }
        return jobs;
    }

    private @Nullable AcceptOrdinals accept(Leaf leaf, KithVectorsReader vectors) throws IOException {
        return moment.matches().accept(leaf, target.field(), vectors);
    }

    private List<Answer> answers(List<Job> jobs, int k) {
        int threads = Math.min(moment.guard().threads(), jobs.size());
        if (threads > 1) {
            return SegmentThreads.map(jobs, threads, job -> search(job, k));
        }
        Answer[] answers = new Answer[jobs.size()];
        for (boolean scanned : new boolean[]{false, true}) { // scans look at less once something near is known
            for (int i = 0; i < answers.length; i++) {
                if (jobs.get(i).vectors().scannedByCodes() == scanned) {
                    Answer answer = search(jobs.get(i), k, nearest.worstDistance());
                    remember(answer.nearest());
                    answers[i] = answer;
                }
            }
        }
        return List.of(answers);
    }

    private void remember(TopK found) {
        for (long key : found.toSortedKeys()) {
            if (!nearest.offer(TopK.distance(key), remembered++)) {
                break;
            }
        }
    }

    private Answer search(Job job, int k) {
        return search(job, k, Float.POSITIVE_INFINITY);
    }

    /// @param within as many nearer vectors are known as are wanted
    private Answer search(Job job, int k, float within) {
        long start = System.nanoTime();
        // one more than asked for: it tells whether the last place is shared
        int wanted = (int) Math.min(k + 1L, job.vectors().size());
        moment.guard().charge(64L * wanted);
        TopK found = new TopK(wanted);
        long[][] known = target.known();
        SearchStats stats;
        if (known == null) {
            stats = job.vectors().search(query, wanted, new FieldIndex.Wanted(effort(target), within), job.accept(), found);
        } else {
            for (long key : known[job.source()]) {
                found.offerKey(key);
            }
            stats = new SearchStats(SearchStats.Strategy.EXACT, job.accepted(), 0);
        }
        return new Answer(found, stats, System.nanoTime() - start);
    }

    static SearchEffort effort(Target target) {
        return switch (target.effort()) {
            case Effort.Auto _ -> SearchEffort.DEFAULT;
            case Effort.Exact _ -> SearchEffort.EXACT;
            case Effort.EfSearch(int efSearch) -> SearchEffort.efSearch(efSearch);
            case Effort.Lists(int nprobe, int rerank) -> SearchEffort.lists(nprobe, rerank);
            case Effort.Recall(double recall) -> new SearchEffort.Recall(recall, target.factor());
        };
    }

    private void note(Job job, Answer answer) {
        Trace trace = moment.trace();
        if (trace != null) {
            PartReasons.Part part = new PartReasons.Part(job.vectors(), job.accepted(), target.effort(), answer.stats());
            trace.part(new PartPlan(HitLoader.segmentName(job.leaf()), job.vectors().size(), job.accepted(), part.strategy(),
                    part.why(job.leaf().core().choice(target.field())), answer.stats().candidates(), answer.stats().distances(),
                    answer.nearest().size(),
                    answer.nanos()));
        }
    }

    private void searchRecent(int number, int k, Candidates into) throws IOException {
        View.Slice slice = moment.view().slices().get(number);
        Overlay overlay = slice.overlay();
        int rows = slice.count() == 0 ? 0 : overlay.rowCount(target.field());
        if (rows == 0) {
            return;
        }
        long start = System.nanoTime();
        TopK found = new TopK((int) Math.min(k + 1L, rows));
        RecentScan scan = new RecentScan(overlay, target.field(), rows);
        RecentScan.Target offered = (row, distance) -> {
            if (distance <= found.worstDistance() && moment.accepts(overlay.owner(target.field(), row))) {
                found.offer(distance, row);
            }
        };
        boolean coded = !(target.effort() instanceof Effort.Exact) && scan.coded();
        long scored = coded
                ? scan.byCodes(query, () -> Math.min(nearest.worstDistance(), found.worstDistance()), offered)
                : scan.all(query, offered);
        distances += scored;
        remember(found);
        collect(moment.segments() + number, found, k, into, row -> overlay.owner(target.field(), row).index());
        Trace trace = moment.trace();
        if (trace != null) {
            trace.part(new PartPlan("recent", rows, rows, coded ? Strategy.CODES : Strategy.EXACT,
                    "writes not yet in a segment are always scanned", 0, scored, found.size(), System.nanoTime() - start));
        }
    }

    @Override
    public void tied(Cut cut, int k, Places places) throws IOException {
        if (cut.source() >= moment.segments()) {
            tiedRecent(cut, places);
            return;
        }
        Leaf leaf = moment.view().generation().leaves().get(cut.source());
        KithVectorsReader vectors = Objects.requireNonNull(leaf.core().vectors(target.field()));
        AcceptOrdinals accept = accept(leaf, vectors);
        if (vectors.indexed() && !(target.effort() instanceof Effort.Exact) && fewTied(vectors, accept, cut, k, places)) {
            return;
        }
        moment.guard().check();
        IntList tied = new IntList();
        distances += vectors.scan(query, accept, new ExactScan.Target() {
            @Override
            public int room() {
                return ExactScan.BATCH;
            }

            @Override
            public void take(int[] ordinals, float[] scored, int count) {
                for (int i = 0; i < count; i++) {
                    if (scored[i] == cut.distance()) {
                        tied.add(ordinals[i]);
                    }
                }
            }
        });
        for (int i = 0; i < tied.size(); i++) {
            places.take(vectors.docId(tied.get(i)));
        }
    }

    /// Asks the index for more, which is enough where only a few records are equally far; false if they are not few.
    private boolean fewTied(KithVectorsReader vectors, @Nullable AcceptOrdinals accept, Cut cut, int k, Places places)
            throws IOException {
        TopK more = new TopK((int) Math.min(2L * k + 16, vectors.size()));
        distances += vectors.search(query, more.capacity(), effort(target), accept, more).distances();
        if (more.size() == more.capacity() && more.worstDistance() <= cut.distance()) {
            return false;
        }
        IntList tied = new IntList();
        for (long key : more.toSortedKeys()) {
            if (TopK.distance(key) == cut.distance()) {
                tied.add(vectors.docId(TopK.ordinal(key)));
            }
        }
        for (int document : tied.sorted()) {
            places.take(document);
        }
        return true;
    }

    private void tiedRecent(Cut cut, Places places) throws IOException {
        View.Slice slice = moment.view().slices().get(cut.source() - moment.segments());
        Overlay overlay = slice.overlay();
        new RecentScan(overlay, target.field(), overlay.rowCount(target.field())).all(query, (row, distance) -> {
            if (distance == cut.distance() && moment.accepts(overlay.owner(target.field(), row))) {
                places.take(overlay.owner(target.field(), row).index());
            }
        });
    }
}
