# Where things are and how ccache is set; sourced by the scripts of tools/.
# shellcheck shell=bash
halftone_root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
export halftone_root

if command -v ccache >/dev/null; then
    export HALFTONE_COMPILER_LAUNCHER=ccache
    # Clones in different folders share results.
    export CCACHE_BASEDIR=$halftone_root
    export CCACHE_NOHASHDIR=1
    export CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
    # tools/run and tools/test differ only in -Werror. Kept warnings are printed again, and tools/test looks for them.
    export CCACHE_IGNOREOPTIONS=-Werror
fi

# Compilers at work: one a core, and no more than memory allows (a file that sees Torch takes up to 2 GB).
halftone_jobs=$(nproc)
halftone_memory_gib=$(awk '/^MemAvailable/ { print int($2 / 1048576) }' /proc/meminfo)
if ((halftone_memory_gib / 2 < halftone_jobs)); then halftone_jobs=$((halftone_memory_gib / 2 > 0 ? halftone_memory_gib / 2 : 1)); fi
export halftone_jobs
