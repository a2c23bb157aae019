//! The kit's small words in the language of the page.

use crate::{i18n::Text, ui::UiWords};

/// Every word the kit needs by itself.
#[must_use]
pub fn ui_words(text: Text) -> UiWords {
    UiWords {
        close: text.common_close().into(),
        cancel: text.common_cancel().into(),
        save: text.common_save().into(),
        retry: text.common_retry().into(),
        undo: text.common_undo().into(),
        revert: text.common_revert().into(),
        edit: text.common_edit().into(),
        optional: text.common_optional().into(),
        loading: text.common_loading().into(),
        saving: text.common_saving().into(),
        saved: text.common_saved().into(),
        clear: text.common_clear().into(),
        remove: text.common_remove().into(),
        more: text.common_more().into(),
        copy: text.common_copy().into(),
        copied: text.common_copied().into(),
        reference: text.common_reference().into(),
        show_password: text.common_show_password().into(),
        hide_password: text.common_hide_password().into(),
        use_theirs: text.common_use_theirs().into(),
        keep_mine: text.common_keep_mine().into(),
        theirs: text.common_theirs().into(),
        mine: text.common_mine().into(),
        empty_value: text.common_empty_value().into(),
        select_all: text.common_select_all().into(),
        back: text.common_back().into(),
        pick_date: text.common_pick_date().into(),
        currency: text.common_currency().into(),
        skip_to_content: text.common_skip_to_content().into(),
        navigation: text.common_navigation().into(),
        toggle_sidebar: text.common_toggle_sidebar().into(),
        messages: text.common_messages().into(),
        opens_new_tab: text.common_opens_new_tab().into(),
        up: text.common_up().into(),
        down: text.common_down().into(),
        pinned: text.common_pinned().into(),
        step_done: text.common_step_done().into(),
        step_error: text.common_step_error().into(),
    }
}
