"""What the scripts say to people, by the names that scripts know it by; scripts themselves hold no text."""

from collections.abc import Mapping

from shared.languages import phrase
from shared.languages.reader import RELATIVE

SCRIPT_WORDS: Mapping[str, str] = {
    "answered_of": phrase("Answered: {done} of {count}"),
    "cancel": phrase("Cancel"),
    "cannot_open": phrase("It cannot be opened on this device any more. Please write it down anew."),
    "clear_drawing": phrase("Clear it"),
    "clear_signature": phrase("Clear the drawing"),
    "close": phrase("Close"),
    "comes_along": phrase("comes along"),
    "discard": phrase("Discard it"),
    "draw_here": phrase("Sign here with your finger, a pen or a mouse"),
    "draw_with": phrase("Draw here with your finger, a pen or a mouse"),
    "draw_signature": phrase("Draw your signature as well"),
    "elsewhere": phrase(
        "This page is of the clinic where you were before, so it is covered. What you typed is still here: change back"
        " to that clinic on another page, and this one opens again."
    ),
    "elsewhere_title": phrase("You are at another clinic now"),
    "ended": phrase("To keep this page private it is covered. What you typed is still here. Sign in again to go on."),
    "ended_title": phrase("You are signed out"),
    "ending": phrase("You will be signed out in {minutes} minutes. What you typed stays."),
    "ending_one": phrase("You will be signed out in less than a minute. What you typed stays."),
    "ending_title": phrase("Are you still there?"),
    "file_kind": phrase("This kind of file cannot be taken here. Please choose another one."),
    "file_too_large": phrase("This file is too large. At most {size} MB can be sent."),
    "go_on": phrase("Go on where you are now"),
    "keep_here": phrase("Stay signed in"),
    "kept_already": phrase("What you wrote is kept already. There is nothing new to keep."),
    "leave_anyway": phrase("Sign out and lose it"),
    "leave_them": phrase("Leave them"),
    "leaving": phrase("Things that you wrote here were not sent yet: {n}. If you sign out now, they are lost."),
    "leaving_title": phrase("Something still waits to be sent"),
    "keep_it": phrase("Keep it"),
    "live": phrase("Live"),
    "loading": phrase("Loading"),
    "move_cancelled": phrase("Put back where it was."),
    "moved": phrase("Moved to place {place} of {count}."),
    "no_microphone": phrase("The microphone cannot be used now. You can allow it in your browser, or write instead."),
    "not_saved": phrase("This could not be saved on this device."),
    "not_sent": phrase("This was not sent. What you typed is still here. Please try again."),
    "open_form": phrase("Open the form again"),
    "other_words": phrase("If you put the earlier ones in their place, what stands in the form now is gone."),
    "other_words_title": phrase("There are other words in this form already"),
    "put_earlier": phrase("Put the earlier ones in their place"),
    "reconnecting": phrase("Reconnecting…"),
    "region_failed": phrase("This could not be loaded. What you see is what was there before."),
    "region_offline": phrase("There is no connection. What you see is what was there before."),
    "remove": phrase("Remove"),
    "remove_it": phrase("Remove it"),
    "removing": phrase("It has not been sent, and is gone then."),
    "removing_title": phrase("Remove what you wrote?"),
    "restored": phrase("This is what you had typed."),
    "saved": phrase("Saved on this device at {time}"),
    "send_now": phrase("Send now"),
    "sending": phrase("Sending"),
    "sent": phrase("Sent now: {n} that waited."),
    "shortcuts_on": phrase("Use keyboard shortcuts on this device"),
    "shortcuts_title": phrase("Keyboard shortcuts"),
    "sign_in_again": phrase("Sign in again"),
    "sign_out": phrase("Sign out"),
    "speak_anew": phrase("Speak again"),
    "speaking": phrase("It is recording. Press the same button to stop."),
    "spoken": phrase("Recorded: {time}"),
    "something_new": phrase("There is something new. Show it"),
    "stay": phrase("Stay signed in"),
    "stays_signed_in": phrase(
        "There is no connection, so you are still signed in on this device. What you wrote is still here. Please sign"
        " out again when you are connected."
    ),
    "stop_speaking": phrase("Stop – {time}"),
    "take_away": phrase("Take it away"),
    "stay_failed": phrase("We could not reach the service. Please try again."),
    "undo": phrase("Undo the last line"),
    "unknown_entry": phrase("Something that you wrote here"),
    "updated": phrase("Updated {time}"),
    "upload_cancelled": phrase("Cancelled. Nothing was sent."),
    "waiting": phrase("Waiting to be sent ({n})"),
    "waits": phrase(
        "There is no connection. What you wrote is kept on this device and sent when you are connected again."
    ),
    "waits_for_service": phrase(
        "It cannot be taken right now. What you wrote is kept on this device and sent again by itself."
    ),
    "waits_for_sign_in": phrase("Sign in again, and what you wrote is sent. It is kept on this device."),
    "your_photo": phrase("Your photo, as it will be kept"),
    "your_recording": phrase("Your recording"),
    **RELATIVE,
}
