package dev.kith.spring.boot;

import dev.kith.Observer;
import java.util.List;

/// Several observers as one.
final class Observers implements Observer {
    private final List<Observer> all;

    private Observers(List<Observer> all) {
        this.all = all;
    }

    static Observer all(List<Observer> observers) {
        return switch (observers.size()) {
            case 0 -> Observer.NONE;
            case 1 -> observers.getFirst();
            default -> new Observers(List.copyOf(observers));
        };
    }

    @Override
    public void opened(Opened event) {
        all.forEach(o -> o.opened(event));
    }

    @Override
    public void searched(Searched event) {
        all.forEach(o -> o.searched(event));
    }

    @Override
    public void written(Written event) {
        all.forEach(o -> o.written(event));
    }

    @Override
    public void flushed(Flushed event) {
        all.forEach(o -> o.flushed(event));
    }

    @Override
    public void merged(Merged event) {
        all.forEach(o -> o.merged(event));
    }
}
