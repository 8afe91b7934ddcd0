"""Sessions' pages: the day board, one visit, the room with its live sessions, and the one page of an escort."""

from sessions.pages.board import board_pages
from sessions.pages.escort import escorts
from sessions.pages.room import room_pages
from sessions.pages.visit import visit_pages

PAGES = (board_pages, visit_pages, room_pages, escorts)
