//! What charts are drawn by: where the lines of a scale lie, and how long a bar is.

/// The lines of a scale from 0 on, at most four of them above it, at figures people count in: 1, 2 or 5 and powers of ten
/// of these. The last is not below `most`.
#[must_use]
pub fn scale(most: i64) -> Vec<i64> {
    const LINES: i64 = 4;
    let most = most.max(1);
    let mut unit = 1_i64;
    loop {
        for step in [1, 2, 5].map(|times| unit.saturating_mul(times)) {
            let lines = (most - 1) / step + 1;
            if lines <= LINES {
                return (0..=lines).map(|line| line.saturating_mul(step)).collect();
            }
        }
        unit = unit.saturating_mul(10);
    }
}

/// How much of `whole` a part is, in hundredths of a percent; nothing for what is not above 0.
#[must_use]
pub fn share(part: i64, whole: i64) -> i64 {
    if part <= 0 || whole <= 0 {
        return 0;
    }
    let share = (i128::from(part) * 10_000 + i128::from(whole) / 2) / i128::from(whole);
    i64::try_from(share).unwrap_or(i64::MAX)
}

/// The same as a style writes it, for instance `12.5%`.
#[must_use]
pub fn percent(part: i64, whole: i64) -> String {
    let share = share(part, whole).min(10_000);
    format!("{}.{:02}%", share / 100, share % 100)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn lines_lie_at_figures_people_count_in() {
        for (most, lines) in [
            (0, vec![0, 1]),
            (1, vec![0, 1]),
            (4, vec![0, 1, 2, 3, 4]),
            (5, vec![0, 2, 4, 6]),
            (87, vec![0, 50, 100]),
            (4_238, vec![0, 2_000, 4_000, 6_000]),
        ] {
            assert_eq!(scale(most), lines, "{most}");
        }
        assert_eq!(percent(1, 3), "33.33%");
        assert_eq!(percent(5, 4), "100.00%");
        assert_eq!([share(0, 5), share(-1, 5), share(5, 0)], [0, 0, 0]);
    }

    proptest! {
        #[test]
        fn a_scale_holds_what_it_is_made_for(most in 0_i64..1_000_000_000_000_000) {
            let lines = scale(most);
            prop_assert!(lines.len() <= 5);
            prop_assert_eq!(lines.first(), Some(&0));
            prop_assert!(lines.last().is_some_and(|last| *last >= most && *last <= most.max(1) * 3));
        }
    }
}
