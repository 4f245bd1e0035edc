package dev.kith.hnsw;

import dev.kith.core.AcceptOrdinals;
import dev.kith.core.BatchScorer;
import dev.kith.core.BuildControl;
import dev.kith.core.DenseVectors;
import dev.kith.core.VectorKernels;
import dev.kith.core.cluster.NeighbourTiles;
import java.util.Arrays;
import java.util.BitSet;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Links all nodes of a graph in a few large rounds, without a walk for each.
///
/// A graph by insertion (Malkov & Yashunin, algorithm 1) gives every node links to the nearest of those that came before, and
/// gives these a link back. The order of insertion is free, so this one inserts the nodes level by level, the highest
/// first: round `l` adds the nodes whose level is `l` to all those above. There are about `m` times as many each time, and
/// all of a round are inserted at once:
///
/// 1. Each finds its nearest among all nodes of the round and before, by exact search over the lists of a [Partition]
///    ([NeighbourFinder]), and chooses links by the heuristic ([LinkChooser]).
/// 2. In the last round each looks once more at what its neighbours found (the step of NN-descent, Dong et al. 2011), which
///    mends what the lists have cut apart.
/// 3. Every node takes the links that lead to it ([BackLinks]).
/// 4. The rows, cut to `m` links, are the links of level `l`.
///
/// Early nodes keep long links from their sparse rounds where the heuristic finds them useful, as they do under insertion.
///
/// Doing a round at once has three effects: distances are products of blocks of vectors, at the speed of the multiply-adds and
/// not of the memory; a row that overflows is chosen anew once, not for each link; and each step writes what no other of the
/// same kind reads, so that any number of threads makes the same graph, byte for byte. Rounds in growing batches are those
/// of ParlayANN (Dobson et al. 2023), which finds candidates by walks; partitions and products in place of walks are in the
/// line of HCNNG (Munoz et al. 2019).
final class BulkBuilder {
    /// Passes over all nodes in the last round: candidates, another look around, copying, links back.
    static final int STAGES = 4;
    /// Nodes of a graph that takes longer to build than kernels to become warm.
    private static final int LARGE = 10_000;
    private static final int SLICES_PER_THREAD = 4;
    private static final int LEAST_SLICE = 256;

    private final DenseVectors vectors;
    private final BuildControl control;
    private final Progress progress;
    private final Graph graph;
    private final byte[] levels;
    private final int candidates;
    /// Whether the round of level 0 has begun, whose passes count as progress.
    private boolean last;

    /// Who watches a build.
    record Watch(BuildControl control, Progress progress) {}

    private BulkBuilder(DenseVectors vectors, Graph graph, Watch watch) {
        this.vectors = vectors;
        this.control = watch.control();
        this.progress = watch.progress();
        this.graph = graph;
        this.levels = new byte[graph.size()];
        for (int slot = 0; slot < graph.header.upperNodes(); slot++) {
            levels[graph.upperOrdinal(slot)] = (byte) graph.level(slot);
        }
        this.candidates = candidates(graph.header.parameters());
    }

    /// Candidates for the links of a node, most of which are its true nearest. Half as many, which a search by walks would be
    /// content with, cost 1.04 to 1.2 of the speed at equal recall over coded rows, and save a tenth to a fifth of the build.
    static int candidates(HnswParameters parameters) {
        return Math.max(2 * parameters.m() + 32, parameters.efConstruction());
    }

    /// Fills the rows of an empty graph of at least one node. Reports up to [#STAGES] units of progress a node.
    ///
    /// @return all ordinals, those near each other near each other
    static int[] link(DenseVectors vectors, @Nullable GraphReuse reuse, Graph graph, Watch watch) {
        return new BulkBuilder(vectors, graph, watch).rounds(reuse);
    }

    private int[] rounds(@Nullable GraphReuse reuse) {
        if (levels.length >= LARGE) {
            VectorKernels.awaitWarm(vectors);
        }
        // before the little work of the upper levels has them compiled without a drill's calls, for which they would be compiled anew
        NeighbourTiles.prepare((double) levels.length * Partition.LIST * vectors.dimension());
        long seed = graph.header.parameters().seed();
        for (int level = graph.header.maxLevel(); level > 0; level--) {
            int[] points = points(level);
            Partition partition = Partition.of(vectors, points, seed + level, control);
            BitSet fresh = fresh(level);
            choose(partition, fresh);
            linkBack(partition, fresh);
            lift(partition.members(), level);
        }
        BitSet fresh = fresh(0);
        if (reuse != null) {
            fresh = reuse.copyTo(graph);
            fresh.flip(0, graph.size());
        }
        last = true;
        Partition partition = Partition.of(vectors, points(0), seed, control);
        choose(partition, fresh);
        refine(partition.members(), fresh);
        linkBack(partition, fresh);
        return partition.members();
    }

    private int[] points(int level) {
        int[] points = new int[levels.length];
        int n = 0;
        for (int ordinal = 0; ordinal < levels.length; ordinal++) {
            if (levels[ordinal] >= level) {
                points[n++] = ordinal;
            }
        }
        return n == points.length ? points : Arrays.copyOf(points, n);
    }

    private BitSet fresh(int level) {
        BitSet fresh = new BitSet(levels.length);
        for (int ordinal = 0; ordinal < levels.length; ordinal++) {
            fresh.set(ordinal, levels[ordinal] == level);
        }
        return fresh;
    }

    /// The fresh nodes choose links among all.
    private void choose(Partition partition, BitSet fresh) {
        int[] members = partition.members();
        int[] places = new int[members.length];
        int count = 0;
        for (int place = 0; place < members.length; place++) {
            if (fresh.get(members[place])) {
                places[count++] = place;
            }
        }
        int total = count;
        Supplier<NeighbourFinder> finders = finders(partition, Math.min(candidates + 1, members.length));
        int size = slice(count);
        slices(count, () -> {
            NeighbourFinder finder = finders.get();
            LinkChooser chooser = new LinkChooser(vectors, graph.degree(), candidates + 1);
            int[] asked = new int[NeighbourFinder.SLICE];
            return slice -> {
                int from = slice * size;
                int n = Math.min(size, total - from);
                System.arraycopy(places, from, asked, 0, n);
                finder.find(asked, n);
                for (int i = 0; i < n; i++) {
                    int node = members[asked[i]];
                    int links = chooser.choose(node, finder.take(i, chooser.ordinals()), graph.degree());
                    graph.setLinks(node, chooser.chosen(), links);
                    if ((i & 63) == 0) {
                        control.checkCancelled();
                    }
                }
                if (last) {
                    progress.add(n);
                }
            };
        });
    }

    private Supplier<NeighbourFinder> finders(Partition partition, int k) {
        int[] members = partition.members();
        BatchScorer elsewhere = control.batchScorer();
        if (elsewhere != null && AcceleratedNeighbours.pays(elsewhere, vectors, members.length, k)) {
            int[] sorted = members.clone();
            Arrays.sort(sorted);
            AcceptOrdinals accept = new SortedOrdinals(sorted, sorted.length);
            return () -> new AcceleratedNeighbours(vectors, members, elsewhere, accept, k);
        }
        NeighbourTiles.prepare((double) members.length * partition.probes() * Partition.LIST * vectors.dimension());
        float[] halves = ListNeighbours.halves(vectors, partition, control);
        return () -> new ListNeighbours(vectors, partition, halves, k, control);
    }

    private void slices(int count, Supplier<IntConsumer> workers) {
        int size = slice(count);
        Workers.run((count + size - 1) / size, control, workers);
    }

    /// Nodes of a slice: many, which share the packing of lists, but each thread gets a few slices. What is found does not depend on it.
    private int slice(int count) {
        return Math.clamp(count / (SLICES_PER_THREAD * (long) control.threads()), LEAST_SLICE, NeighbourFinder.SLICE);
    }

    /// Does `each` for all nodes, slice by slice.
    private void forEach(int[] nodes, Supplier<IntConsumer> workers) {
        int size = slice(nodes.length);
        slices(nodes.length, () -> {
            IntConsumer worker = workers.get();
            return slice -> {
                int from = slice * size;
                int to = Math.min(nodes.length, from + size);
                for (int i = from; i < to; i++) {
                    worker.accept(nodes[i]);
                    if ((i & 63) == 0) {
                        control.checkCancelled();
                    }
                }
                if (last) {
                    progress.add(to - from);
                }
            };
        });
    }

    /// The fresh nodes choose again, among their links and the links of these.
    private void refine(int[] members, BitSet fresh) {
        try (LinkTable chosen = new LinkTable(graph.size(), graph.degree())) {
            forEach(members, () -> {
                LinkChooser chooser = new LinkChooser(vectors, graph.degree(), graph.degree() * (graph.degree() + 1));
                NeighboursOfNeighbours around = new NeighboursOfNeighbours(graph);
                return node -> {
                    if (fresh.get(node)) {
                        int links = chooser.choose(node, around.collect(node, chooser.ordinals()), graph.degree());
                        chosen.set(node, chooser.chosen(), links);
                    }
                };
            });
            forEach(members, () -> {
                int[] row = new int[graph.degree()];
                return node -> {
                    if (fresh.get(node)) {
                        graph.setLinks(node, row, chosen.get(node, row));
                    }
                };
            });
        }
    }

    private void linkBack(Partition partition, BitSet fresh) {
        BackLinks back = BackLinks.of(graph, fresh);
        forEach(partition.members(), () -> {
            BackLinks.Adder adder = back.adder(vectors);
            return adder::add;
        });
    }

    /// Copies the rows, cut to `m` links, to an upper level.
    private void lift(int[] members, int level) {
        forEach(members, () -> {
            LinkChooser chooser = new LinkChooser(vectors, graph.degree(), graph.degree());
            return node -> {
                graph.links(node, chooser.ordinals());
                int count = Graph.count(chooser.ordinals(), graph.degree());
                int links = chooser.choose(node, count, graph.m());
                int[] slots = chooser.chosen();
                for (int i = 0; i < links; i++) {
                    slots[i] = graph.slotOf(slots[i]);
                }
                graph.setUpperLinks(graph.slotOf(node), level, slots, links);
            };
        });
    }
}
