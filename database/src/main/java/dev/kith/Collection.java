package dev.kith;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Records of one schema. Thread-safe: many readers, many writers; writers never block readers.
///
/// A write returns when it is as durable as [Options#durability()] says, and every search begun after that sees it. Each call
/// sees one moment of the collection: all writes up to a sequence number and none above. Interrupting a thread does not
/// disturb a call: it completes, and the thread's interrupt flag stays set.
///
/// Every method throws [ClosedException] once the database is closed or the collection dropped, and the [KithException] that
/// tells what is wrong when a file cannot be read or written.
public interface Collection {
    /// The name.
    String name();

    /// The schema as it is now; fields may be added, see [#addFields(List)].
    Schema schema();

    /// Writes records, each replacing the record of its id if there is one: all of them or, if one is invalid or the process
    /// dies, none. Where an id occurs twice the later record wins.
    ///
    /// @return the sequence number of this write
    /// @throws InvalidRecordException if a record does not fit the schema
    long upsert(List<Record> records);

    /// Writes records; see [#upsert(List)].
    default long upsert(Record... records) {
        return upsert(List.of(records));
    }

    /// Writes records and deletes the records of some ids, all in one: every search sees all of it or nothing, and so does a
    /// recovery. Where an id is in both, the record is deleted.
    ///
    /// @return the sequence number of this write
    /// @throws InvalidRecordException if a record does not fit the schema, or records and ids together are more than
    ///         [Limits#MAX_BATCH_RECORDS]
    long write(List<Record> upserts, List<String> deletes);

    /// Applies changes, some perhaps on a condition: all of them or, if one is invalid, comes too late or the process dies, none.
    /// Where a change is a condition or an update, its id may occur only once in the batch. Conditions see every write
    /// acknowledged before, and nothing comes between them and the change.
    ///
    /// @return the sequence number of this write: the version of all records written
    /// @throws InvalidRecordException if a record does not fit the schema
    /// @throws ConflictException if a record is not in the version it must be in
    long write(List<Write> changes);

    /// Applies changes; see [#write(List)].
    default long write(Write... changes) {
        return write(List.of(changes));
    }

    /// Writes records whose ids must be free, all or none.
    ///
    /// @throws ConflictException naming one that is taken
    default long insert(Record... records) {
        return write(Arrays.stream(records).map(Write::insert).toList());
    }

    /// Changes parts of records, all or none; what an update does not name stays. A record is stored whole, so a change costs as
    /// much as writing it anew; its vectors need not be sent again.
    ///
    /// @throws ConflictException naming a record that is not there
    default long update(Update... updates) {
        return write(Arrays.stream(updates).map(Write::update).toList());
    }

    /// Adds fields to the schema. Durable on return. Records that are there lack them, so a vector must be optional; writes wait
    /// meanwhile, searches under way go on.
    ///
    /// @throws InvalidSchemaException if a name is taken or a vector is not optional
    void addFields(List<Field> fields);

    /// Adds fields; see [#addFields(List)].
    default void addFields(Field... fields) {
        addFields(List.of(fields));
    }

    /// Records which embedding model made the vectors of a field for which none is recorded yet. Durable on return. From then on
    /// vectors that name another model are refused; see [VectorValue#madeBy(String)]. The same name again changes nothing.
    ///
    /// @throws InvalidSchemaException if there is no such vector field, or another model is recorded for it
    void recordModel(String vectorField, String model);

    /// The whole record of that id, or null if there is none.
    @Nullable
    Record get(String id);

    /// The whole records of those ids that exist, in the order asked.
    List<Record> get(List<String> ids);

    /// Deletes the records of those ids, all at once; ids without a record are no error.
    ///
    /// @return how many there were
    long delete(List<String> ids);

    /// Deletes the records of those ids; see [#delete(List)].
    default long delete(String... ids) {
        return delete(List.of(ids));
    }

    /// Deletes every record that matches, all at once.
    ///
    /// @return how many there were
    /// @throws InvalidFilterException if the filter does not fit the schema
    long delete(Filter filter);

    /// Finds records.
    ///
    /// @throws InvalidQueryException if the query does not fit the schema
    /// @throws InvalidFilterException if its filter does not fit the schema
    SearchResult search(Query query);

    /// Answers several queries as of one moment, in their order. Exact searches of one vector field under one filter are done
    /// together, which reads the vectors once for all of them.
    ///
    /// @param queries at most [Limits#MAX_BATCH_QUERIES]
    List<SearchResult> search(List<Query> queries);

    /// Opens the answer to a query to be read page by page: `k`, `offset` and `candidates` do not count. The query may have one clause,
    /// a filter, a least score and a projection.
    ///
    /// @throws InvalidQueryException also if the query fuses, boosts, reranks, groups, diversifies or counts facets
    SearchCursor open(Query query);

    /// Answers a query and tells how and why in that way.
    Explanation explain(Query query);

    /// Tells why a record is not in the answer to a query, or that it is.
    WhyNot whyNot(Query query, String id);

    /// The records of one tenant as a collection of their own: nothing that is written, read, found, counted or deleted through the
    /// handle concerns a record of another tenant, whatever ids and filters it is given. Ids are the tenant's own; two tenants may
    /// use the same. To this collection the record `x` of tenant `acme` is the record `acme`, U+001F, `x`.
    ///
    /// The handle refuses what concerns the whole collection ([#flush()], [#optimize()], [#stats()], [#verify()]) with an
    /// [UnsupportedOperationException]. BM25 scores of text clauses use the word statistics of the whole collection.
    ///
    /// @param name 1 to [Limits#MAX_TENANT_BYTES] bytes of UTF-8 without control characters
    /// @throws InvalidNameException if the name is malformed
    Collection tenant(String name);

    /// Deletes the records of those ids and returns when none of their bytes, nor of what they replaced, is left in any file of the
    /// collection: segments that held them have been rewritten, the older commit and the log before now are gone. Writes and searches
    /// go on meanwhile. Takes as long as a merge of the segments concerned; the blocks that the file system freed are its own affair,
    /// which is what encryption is for.
    ///
    /// @return how many there were, and which snapshots may still hold them
    /// @throws StorageException if streams or searches begun before hold the old files for more than two minutes
    EraseReport erase(List<String> ids);

    /// How many records there are.
    long count();

    /// How many records match.
    long count(Filter filter);

    /// All records that match, in no particular order, as of this moment: writes made while the stream is read do not change
    /// it. Reading to the end or closing the stream frees what it holds.
    ///
    /// {@snippet :
    /// try (Stream<Record> all = collection.scan(Filter.all(), Projection.EVERYTHING)) {
    ///     all.forEach(record -> handle(record));
    /// }
    /// }
    Stream<Record> scan(Filter filter, Projection projection);

    /// Moves all writes from the log into segments on disk. Never needed for durability; makes the next open faster.
    void flush();

    /// Merges all segments of this moment into one and builds its index, for collections that will only be read. Waits until
    /// it is done.
    void optimize();

    /// Numbers about the collection now.
    CollectionStats stats();

    /// Reads every file of the collection, the log above the newest commit too, checks every checksum, and compares records with
    /// indexes. Searches go on meanwhile, and writes except while the log is read.
    VerifyReport verify();
}
