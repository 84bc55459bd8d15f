// KarooExpress – Apache-2.0
// Does straight in SQLite what a server wrote: the same statements with the same values, in the same order, each write in its savepoint, so
// many writes to a durable commit. Nothing stands between them and the library: the recording is in memory before the clock starts,
// and every statement is prepared once.
//
//     cc -O2 -o replay replay.c -lsqlite3
//     ./replay DATABASE RECORDING WRITES_PER_COMMIT
//
// Prints the number of writes, of statements and of orders, and the seconds that they took.
#include <sqlite3.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define SLOTS 8192

static struct { const unsigned char *text; uint32_t length; sqlite3_stmt *statement; int places_order; } known[SLOTS];
static sqlite3 *database;

static void fail(const char *what) {
    fprintf(stderr, "%s: %s\n", what, database ? sqlite3_errmsg(database) : "");
    exit(1);
}

static void run(const char *sql) {
    if (sqlite3_exec(database, sql, NULL, NULL, NULL) != SQLITE_OK) fail(sql);
}

static sqlite3_stmt *prepared(const char *sql) {
    sqlite3_stmt *statement;
    if (sqlite3_prepare_v3(database, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL) != SQLITE_OK) fail(sql);
    return statement;
}

static void step(sqlite3_stmt *statement) {
    if (sqlite3_step(statement) != SQLITE_DONE) fail(sqlite3_sql(statement));
    sqlite3_reset(statement);
}

static uint32_t number(const unsigned char **place) {
    uint32_t value;
    memcpy(&value, *place, 4);
    *place += 4;
    return value;
}

static int find(const unsigned char *text, uint32_t length) {
    uint64_t hash = 1469598103934665603u;
    for (uint32_t index = 0; index < length; index++) hash = (hash ^ text[index]) * 1099511628211u;
    int slot = hash % SLOTS;
    while (known[slot].text && (known[slot].length != length || memcmp(known[slot].text, text, length))) slot = (slot + 1) % SLOTS;
    if (known[slot].text) return slot;
    known[slot].text = text;
    known[slot].length = length;
    known[slot].places_order = length > 24 && !memcmp(text, "INSERT INTO order_groups", 24);
    if (sqlite3_prepare_v3(database, (const char *)text, (int)length, SQLITE_PREPARE_PERSISTENT, &known[slot].statement, NULL) != SQLITE_OK) fail("prepare");
    return slot;
}

static double seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec + now.tv_nsec / 1e9;
}

int main(int count, char **arguments) {
    if (count != 4) return 64;
    FILE *file = fopen(arguments[2], "rb");
    if (!file) fail(arguments[2]);
    fseek(file, 0, SEEK_END);
    long size = ftell(file);
    rewind(file);
    unsigned char *recording = malloc(size);
    if (!recording || fread(recording, 1, size, file) != (size_t)size) fail("the recording cannot be read");
    fclose(file);
    int per_commit = atoi(arguments[3]);

    if (sqlite3_open(arguments[1], &database) != SQLITE_OK) fail(arguments[1]);
    run("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON");

    sqlite3_stmt *begin = prepared("BEGIN IMMEDIATE"), *commit = prepared("COMMIT"), *savepoint = prepared("SAVEPOINT one");
    sqlite3_stmt *release = prepared("RELEASE one"), *rollback = prepared("ROLLBACK TO one");
    long writes = 0, statements = 0, orders = 0, placed = 0;
    double start = seconds();
    const unsigned char *place = recording, *end = recording + size;
    while (place < end) {
        switch (*place++) {
        case 'W':
            if (writes % per_commit == 0) step(begin);
            step(savepoint);
            writes++;
            placed = 0;
            break;
        case '!':
            step(rollback);
            placed = 0;
            // fall through
        case '.':
            step(release);
            orders += placed;
            if (writes % per_commit == 0) step(commit);
            break;
        case 'S': {
            uint32_t length = number(&place);
            int slot = find(place, length);
            sqlite3_stmt *statement = known[slot].statement;
            place += length;
            uint32_t values = number(&place);
            for (uint32_t value = 1; value <= values; value++) {
                switch (*place++) {
                case 'n': sqlite3_bind_null(statement, value); break;
                case 'i': {
                    int64_t integer;
                    memcpy(&integer, place, 8);
                    place += 8;
                    sqlite3_bind_int64(statement, value, integer);
                    break;
                }
                case 't': length = number(&place); sqlite3_bind_text(statement, value, (const char *)place, (int)length, SQLITE_STATIC); place += length; break;
                case 'b': length = number(&place); sqlite3_bind_blob(statement, value, place, (int)length, SQLITE_STATIC); place += length; break;
                default: fail("the recording is damaged");
                }
            }
            int status;
            while ((status = sqlite3_step(statement)) == SQLITE_ROW) {}
            // A write that the server took back may have been refused by the schema.
            if (status != SQLITE_DONE && (status & 0xFF) != SQLITE_CONSTRAINT) fail("step");
            placed += known[slot].places_order;
            sqlite3_reset(statement);
            statements++;
            break;
        }
        default: fail("the recording is damaged");
        }
    }
    if (writes % per_commit != 0) step(commit);
    printf("%ld %ld %ld %.6f\n", writes, statements, orders, seconds() - start);
    return 0;
}
