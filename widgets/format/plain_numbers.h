// Numbers are written alike in every country: on screen, in files, in the keys of results, and in what Graphviz is given.
#pragma once

namespace halftone {

// For a program's start, after QApplication, which makes the whole C library write the numbers of the person's country, and
// before any widget.
void usePlainNumbers();

} // namespace halftone
