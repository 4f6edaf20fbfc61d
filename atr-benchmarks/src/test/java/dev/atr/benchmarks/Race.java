package dev.atr.benchmarks;

import java.util.ArrayList;
import java.util.List;

/** Lets contenders take turns, so that whatever else the machine does meets all of them. */
final class Race {
    private Race() {}

    /**
     * Runs all contenders in every round.
     *
     * @return how they did, in the order given
     */
    static List<Standing> run(int rounds, List<? extends Contender> contenders) throws Exception {
        List<List<Cost>> costs = new ArrayList<>();
        contenders.forEach(contender -> costs.add(new ArrayList<>()));
        for (int round = 1; round <= rounds; round++) {
            for (int i = 0; i < contenders.size(); i++) {
                System.out.println("  round " + round + " of " + rounds + ": "
                        + contenders.get(i).name());
                costs.get(i).addAll(contenders.get(i).turn());
            }
        }
        List<Standing> standings = new ArrayList<>();
        for (int i = 0; i < contenders.size(); i++) {
            standings.add(Standing.of(contenders.get(i), costs.get(i)));
        }
        return standings;
    }
}
