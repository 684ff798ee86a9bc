# Qt 6 and QCustomPlot for the window. QCustomPlot's configuration wants PrintSupport found first. Graphviz lays graphs out.
find_package(Qt6 6.4 REQUIRED COMPONENTS Core Gui Widgets PrintSupport Svg Test)
find_package(QCustomPlotQt6 REQUIRED)
pkg_check_modules(GRAPHVIZ REQUIRED IMPORTED_TARGET libgvc libcgraph libcdt)
