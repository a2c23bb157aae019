//! Chance that comes out the same for the same seed, on every machine and in every release:
//! SplitMix64 (Steele, Lea, Flood, "Fast splittable pseudorandom number generators", 2014).

/// A stream of numbers.
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    /// The stream number `index` of `seed`; streams do not influence each other.
    pub fn of(seed: u64, index: u64) -> Self {
        let mut seeding = Self(seed ^ 0x5241_5050_4f52_5421);
        let start = seeding.next();
        let mut stream = Self(start ^ index.wrapping_mul(0xd6e8_feb8_6659_fd93));
        stream.next();
        stream
    }

    /// The next 64 bits.
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `end`, 0 when there is none.
    pub fn below(&mut self, end: u64) -> u64 {
        let wide = u128::from(self.next()) * u128::from(end);
        u64::try_from(wide >> 64).unwrap_or(0)
    }

    /// A number from `low` to `high`, both included.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        let span = u64::try_from(high.saturating_sub(low).saturating_add(1)).unwrap_or(0);
        low.saturating_add(i64::try_from(self.below(span)).unwrap_or(0))
    }

    /// Yes in `percent` of a hundred cases.
    pub fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    /// One of `all`, each as likely as the others.
    pub fn pick(&mut self, all: &[&'static str]) -> &'static str {
        self.index(all.len()).and_then(|place| all.get(place)).copied().unwrap_or_default()
    }

    /// One of `all`, the earlier the likelier: lists are sorted by how common their entries are.
    pub fn early(&mut self, all: &[&'static str]) -> &'static str {
        let len = u64::try_from(all.len()).unwrap_or(0);
        let place = self.below(len).min(self.below(len));
        usize::try_from(place).ok().and_then(|place| all.get(place)).copied().unwrap_or_default()
    }

    /// A place in a list of `len` entries.
    pub fn index(&mut self, len: usize) -> Option<usize> {
        let place = self.below(u64::try_from(len).unwrap_or(0));
        usize::try_from(place).ok().filter(|place| *place < len)
    }

    /// Days that most often are few: half of them below a sixth of `most`.
    pub fn days(&mut self, most: i64) -> i64 {
        let (a, b) = (self.between(0, 1_000), self.between(0, 1_000));
        most * (a * b / 1_000) * self.between(300, 1_000) / 1_000_000
    }

    /// An amount whose size rather than value is spread evenly between `low` and `high`, rounded
    /// to two leading digits as people quote it.
    pub fn amount(&mut self, low: i64, high: i64) -> i64 {
        let mut top = low.max(1).saturating_mul(2).min(high);
        while top < high && self.chance(72) {
            top = top.saturating_mul(2).min(high);
        }
        let exact = self.between(low, top);
        let mut unit = 1;
        while exact / unit >= 100 {
            unit *= 10;
        }
        exact / unit * unit
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_are_those_of_the_published_generator() {
        // First values of SplitMix64 from state 1234567 (Java's SplittableRandom, Vigna's C code).
        let mut random = Random(1_234_567);
        let first: Vec<u64> = (0..3).map(|_| random.next()).collect();
        assert_eq!(
            first,
            [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]
        );
    }

    #[test]
    fn numbers_stay_in_their_range_and_reach_its_ends() {
        let mut random = Random::of(1, 0);
        let drawn: Vec<i64> = (0..200).map(|_| random.between(-1, 2)).collect();
        assert_eq!(drawn.iter().min(), Some(&-1));
        assert_eq!(drawn.iter().max(), Some(&2));
        assert!((0..500).all(|_| (5..=9_000).contains(&random.amount(5, 9_000))));
        assert!((0..500).all(|_| (0..=400).contains(&random.days(400))));
        assert_eq!((random.below(0), random.pick(&[]), random.early(&[])), (0, "", ""));
    }

    #[test]
    fn earlier_entries_come_more_often() {
        let mut random = Random::of(1, 0);
        let list = ["a", "b", "c", "d", "e", "f", "g", "h"];
        let first = (0..1_000).filter(|_| random.early(&list) == "a").count();
        let last = (0..1_000).filter(|_| random.early(&list) == "h").count();
        assert!(first > 4 * last && last > 0, "{first} {last}");
    }

    #[test]
    fn streams_differ_by_seed_and_by_index() {
        let firsts: std::collections::BTreeSet<u64> =
            (0..20).flat_map(|seed| (0..20).map(move |i| Random::of(seed, i).next())).collect();
        assert_eq!(firsts.len(), 400);
    }
}
