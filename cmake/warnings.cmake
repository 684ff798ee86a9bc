# One interface target carries warnings and sanitizers; every target of ours links it privately.
add_library(halftone_warnings INTERFACE)
target_compile_options(halftone_warnings INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Wno-missing-field-initializers)
# g++ 12 warns of std::string's own code when it is inlined (its bugs 105651 and 105562): nothing of ours.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
    target_compile_options(halftone_warnings INTERFACE -Wno-restrict -Wno-maybe-uninitialized)
endif()
if(HALFTONE_WARNINGS_AS_ERRORS)
    target_compile_options(halftone_warnings INTERFACE -Werror)
endif()
if(HALFTONE_SANITIZE)
    target_compile_options(halftone_warnings INTERFACE -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer)
    target_link_options(halftone_warnings INTERFACE -fsanitize=address,undefined)
endif()
