package dev.kith.spring.boot;

import dev.kith.CollectionStats;
import dev.kith.Database;
import dev.kith.KithException;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/// UP with the number of records of each collection; DOWN if one takes no writes, or cannot be read.
final class KithHealthIndicator implements HealthIndicator {
    private final Database database;

    KithHealthIndicator(Database database) {
        this.database = database;
    }

    @Override
    public Health health() {
        Health.Builder health = new Health.Builder().up().withDetail("path", database.path().toString());
        try {
            for (String name : database.collections()) {
                CollectionStats stats = database.collection(name).stats();
                if (stats.state() == CollectionStats.State.OPEN) {
                    health.withDetail("collection." + name, stats.records());
                } else {
                    health.down().withDetail("collection." + name, stats.state());
                }
            }
            return health.build();
        } catch (KithException e) {
            return health.down(e).build();
        }
    }
}
