# Reads the words of a test program and prints its counts: passed failed skipped. Prints nothing when it found none.
# Understood: cargo-nextest, cargo test, node --test, Playwright, and our own "N passed, N failed, N skipped".

function number(pattern,   found) {
  # "12 passed" -> 12; the words of nextest stand in one line.
  if (match($0, "[0-9]+ " pattern)) {
    found = substr($0, RSTART, RLENGTH)
    sub(" .*", "", found)
    return found + 0
  }
  return 0
}

{ gsub(/\033\[[0-9;]*m/, "") }

/^ *Summary \[.*tests? run:/ || /^test result:/ || /^[0-9]+ passed, [0-9]+ failed, [0-9]+ skipped$/ {
  seen = 1
  passed += number("passed")
  failed += number("failed") + number("timed out") + number("exec failed")
  skipped += number("skipped") + number("ignored")
  next
}

# node --test ends with one number a line.
/^(#|ℹ) (pass|fail|cancelled|skipped|todo) [0-9]+$/ {
  seen = 1
  if ($2 == "pass") passed += $3
  else if ($2 == "fail" || $2 == "cancelled") failed += $3
  else skipped += $3
  next
}

# Playwright: the same, words first or with the time behind.
/^ +[0-9]+ (passed|failed|skipped|flaky|interrupted|did not run)( \(.*\))?$/ {
  seen = 1
  if ($2 == "passed" || $2 == "flaky") passed += $1
  else if ($2 == "failed" || $2 == "interrupted") failed += $1
  else skipped += $1
}

END { if (seen) print passed + 0, failed + 0, skipped + 0 }
