package dev.kith.torture.load;

import dev.kith.ClosedException;
import dev.kith.Collection;
import dev.kith.Database;
import dev.kith.DatabaseLockedException;
import dev.kith.Filter;
import dev.kith.InvalidInputException;
import dev.kith.Kith;
import dev.kith.KithException;
import dev.kith.Query;
import dev.kith.Record;
import dev.kith.torture.kit.Children;
import dev.kith.torture.kit.Folders;
import dev.kith.torture.kit.Judge;
import dev.kith.torture.kit.Opener;
import dev.kith.torture.kit.Workload;
import dev.kith.torture.run.Session;
import dev.kith.torture.run.Torture;
import java.io.File;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/// Callers that interrupt, close at the wrong moment, open twice and hand in nonsense. After each turn the database must be
/// whole: it opens, holds what was acknowledged, and its own check finds nothing.
public final class Hostile implements Torture {
    private static final long HANG_SECONDS = 180;

    @Override
    public String about() {
        return "interrupt storms, closes under load, double opens, nonsense: typed errors, nothing hangs, nothing is lost";
    }

    @Override
    public long fewTurns() {
        return 8;
    }

    @Override
    public void run(Session session) throws Exception {
        Children children = Children.rehearsed(session.folder().resolve("classes"), Opener.class,
                session.folder().resolve("rehearsal").toString());
        for (long turn = session.nextTurn(); turn >= 0; turn = session.nextTurn()) {
            Path folder = session.folder().resolve("hostile");
            Folders.delete(folder);
            Turn one = new Turn(session, folder, new Random(session.seed() * 1_000_003 + turn));
            switch ((int) (turn % 4)) {
                case 0 -> one.interruptStorm();
                case 1 -> one.closeUnderLoad();
                case 2 -> one.doubleOpens(children);
                default -> one.nonsense();
            }
        }
    }

    private static final class Turn {
        private final Session session;
        private final Path folder;
        private final Random random;
        private final Workload workload;
        private final Map<String, Long> acknowledged = new ConcurrentHashMap<>();
        private final ConcurrentLinkedQueue<Throwable> wrong = new ConcurrentLinkedQueue<>();
        private final AtomicLong calls = new AtomicLong();

        Turn(Session session, Path folder, Random random) {
            this.session = session;
            this.folder = folder;
            this.random = random;
            this.workload = new Workload(random.nextLong(), 400, 50, false);
        }

        private static Record record(String id, long version) {
            return Record.builder(id).vector("v", new float[]{version % 100, 1, 2, 3, 4, 5, 6, 7})
                    .field("n", (int) (version % 1000))
                    .payload("{\"version\": " + version + "}").build();
        }

        /// Each thread writes ids of its own, in rising versions, and searches.
        private Thread load(Collection collection, int number, AtomicBoolean stop, boolean virtual) {
            Runnable work = () -> {
                try {
                    for (long version = 1; !stop.get(); version++) {
                        String id = "t" + number + "-" + version % 7;
                        collection.upsert(record(id, version));
                        acknowledged.put(id, version);
                        collection.search(Query.nearest("v", new float[8]).filter(Filter.ge("n", 3)).k(3));
                        Record read = collection.get(id);
                        if (read == null || !read.equals(record(id, version))) {
                            throw new AssertionError("wrote version " + version + " of " + id + ", read " + read);
                        }
                        calls.addAndGet(3);
                    }
                } catch (ClosedException e) {
                    // the one thing a caller may hear when the database is closed under it
                } catch (RuntimeException | Error e) {
                    wrong.add(e);
                }
            };
            return virtual ? Thread.ofVirtual().start(work) : Thread.ofPlatform().daemon().start(work);
        }

        private void join(List<Thread> threads, String what) throws InterruptedException {
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(HANG_SECONDS);
            for (Thread thread : threads) {
                thread.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime())));
                if (thread.isAlive()) {
                    session.violation(what + ": a thread hangs at " + List.of(thread.getStackTrace()));
                }
            }
        }

        void interruptStorm() throws InterruptedException {
            AtomicBoolean stop = new AtomicBoolean();
            try (Database database = Kith.open(folder, workload.options(false))) {
                Collection collection = database.createCollection(Workload.MAIN, Workload.SCHEMA);
                List<Thread> threads = new ArrayList<>();
                for (int i = 0; i < 4; i++) {
                    threads.add(load(collection, i, stop, i % 2 == 0));
                }
                long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(300 + random.nextInt(700));
                while (System.nanoTime() < end) {
                    threads.get(random.nextInt(threads.size())).interrupt();
                    session.count("interrupts", 1);
                    TimeUnit.MICROSECONDS.sleep(random.nextInt(2_000));
                }
                stop.set(true);
                join(threads, "interrupt storm");
                Thread.currentThread().interrupt(); // opening, flushing and closing under a pending interrupt
                collection.flush();
                if (!Thread.interrupted()) {
                    session.violation("the interrupt flag was swallowed by flush");
                }
                Thread.currentThread().interrupt();
            }
            try (Database again = Kith.open(folder, workload.options(false))) {
                if (!Thread.interrupted()) {
                    session.violation("the interrupt flag was swallowed by close or open");
                }
                check(again, "interrupt storm");
            }
        }

        void closeUnderLoad() throws InterruptedException {
            AtomicBoolean never = new AtomicBoolean();
            Database database = Kith.open(folder, workload.options(false));
            Collection collection = database.createCollection(Workload.MAIN, Workload.SCHEMA);
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                threads.add(load(collection, i, never, i == 0));
            }
            TimeUnit.MILLISECONDS.sleep(random.nextInt(400));
            boolean drop = random.nextInt(4) == 0;
            List<Thread> closers = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                closers.add(Thread.ofPlatform().start(() -> {
                    try {
                        if (drop) {
                            synchronized (closers) {
                                if (database.collections().contains(Workload.MAIN)) {
                                    database.dropCollection(Workload.MAIN);
                                }
                            }
                        } else {
                            database.close();
                        }
                    } catch (RuntimeException | Error e) {
                        wrong.add(e);
                    }
                }));
            }
            join(closers, "closing");
            join(threads, "load after closing");
            session.count(drop ? "drops under load" : "closes under load", 1);
            database.close();
            try (Database again = Kith.open(folder, workload.options(false))) {
                if (drop && !again.collections().isEmpty()) {
                    session.violation("dropped under load and there again: " + again.collections());
                } else if (!drop) {
                    check(again, "close under load");
                }
            }
        }

        void doubleOpens(Children children) throws IOException, InterruptedException {
            try (Database database = Kith.open(folder, workload.options(false))) {
                Judge judge = new Judge(workload);
                for (int i = 0; i < 10; i++) {
                    Workload.apply(workload.step(i), database);
                    judge.acknowledged(i);
                }
                Path link = folder.resolveSibling("link-" + random.nextLong());
                java.nio.file.Files.createSymbolicLink(link, folder);
                for (Path path : List.of(folder, link, folder.resolve("../" + folder.getFileName()))) {
                    Process process = children.start(Opener.class, path.toString()).redirectErrorStream(true).start();
                    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
                    process.waitFor();
                    expectLocked("another process", said);
                    try (Database second = Kith.open(path)) {
                        session.violation("opened twice in one process: " + second);
                    } catch (DatabaseLockedException e) {
                        session.count("double opens refused", 1);
                    }
                    expectLocked("another class loader", openElsewhere(path));
                }
                java.nio.file.Files.delete(link);
                Workload.apply(workload.step(10), database);
                judge.acknowledged(10);
                String different = judge.wrong(database, 0);
                if (different != null) {
                    session.violation("after double opens: " + different);
                }
            }
            try (Database again = Kith.open(folder, workload.options(false))) {
                session.count("openings after closing", again.collections().isEmpty() ? 0 : 1);
            }
        }

        private void expectLocked(String who, String said) {
            if (said.contains(DatabaseLockedException.class.getName())) {
                session.count("double opens refused", 1);
            } else {
                session.violation(who + " opened a database that is open, or got another error: " + said);
            }
        }

        /// Opens with classes loaded a second time, as a container with two applications does.
        private String openElsewhere(Path path) throws IOException {
            List<URL> urls = new ArrayList<>();
            for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
                urls.add(url(entry));
            }
            Thread thread = Thread.currentThread();
            ClassLoader before = thread.getContextClassLoader();
            try (URLClassLoader loader = new URLClassLoader(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader())) {
                thread.setContextClassLoader(loader); // for Lucene's own look-up of codecs
                Object said = loader.loadClass(Opener.class.getName()).getMethod("attempt", String.class).invoke(null,
                        path.toString());
                return String.valueOf(said);
            } catch (InvocationTargetException e) {
                return String.valueOf(e.getCause());
            } catch (ReflectiveOperationException e) {
                return e.toString();
            } finally {
                thread.setContextClassLoader(before);
            }
        }

        private static URL url(String entry) throws MalformedURLException {
            return Path.of(entry).toUri().toURL();
        }

        void nonsense() {
            try (Database database = Kith.open(folder, workload.options(false))) {
                Judge judge = new Judge(workload);
                for (int i = 0; i < 6; i++) {
                    Workload.apply(workload.step(i), database);
                    judge.acknowledged(i);
                }
                Collection collection = database.collection(Workload.MAIN);
                for (int i = 0; i < 300; i++) {
                    attempt(collection, new Nonsense(random));
                }
                String different = judge.wrong(database, 0);
                if (different == null) {
                    different = judge.wrongAnswers(database, random);
                }
                if (different != null) {
                    session.violation("after nonsense: " + different);
                }
            }
        }

        /// Nonsense must be refused before anything is written.
        private void attempt(Collection collection, Nonsense nonsense) {
            session.count("nonsense handed in", 1);
            String what = "";
            try {
                what = nonsense.handIn(collection);
                session.count("nonsense with a harmless meaning", 1);
            } catch (InvalidInputException e) {
                session.count("nonsense refused", 1);
                if (String.valueOf(e.getMessage()).length() > 20_000) {
                    session.violation("a message of " + String.valueOf(e.getMessage()).length() + " characters for " + what);
                }
            } catch (IllegalArgumentException | NullPointerException e) {
                session.count("nonsense refused as the caller's mistake", 1);
            } catch (KithException e) {
                session.violation("nonsense blamed on the world: " + e);
            } catch (RuntimeException | Error e) {
                session.violation("nonsense ended in " + e + " at " + List.of(e.getStackTrace()));
            }
        }

        private void check(Database database, String what) {
            session.count("calls under load", calls.get());
            for (Throwable e : wrong) {
                session.violation(
                        what + ": " + e + " at " + List.of(e.getStackTrace()).subList(0, Math.min(8, e.getStackTrace().length)));
            }
            Collection collection = database.collection(Workload.MAIN);
            acknowledged.forEach((id, version) -> {
                Record found = collection.get(id);
                // The next version of the id may have been logged, though its writer heard only that the database is closed.
                if (found == null || !found.equals(record(id, version)) && !found.equals(record(id, version + 7))) {
                    session.violation(what + ": acknowledged version " + version + " of " + id + ", found " + found);
                }
            });
            if (!collection.verify().ok()) {
                session.violation(what + ": " + collection.verify());
            }
        }
    }
}
