// Builds the gallery of controls and takes its pictures.
#include "tests/unit/widgets/controls/gallery.h"

#include "widgets/controls/bit_legend.h"
#include "widgets/controls/bit_strip.h"
#include "widgets/controls/card.h"
#include "widgets/controls/fact_list.h"
#include "widgets/controls/fields.h"
#include "widgets/controls/hint_tip.h"
#include "widgets/controls/key_hint.h"
#include "widgets/controls/progress_line.h"
#include "widgets/controls/push_button.h"
#include "widgets/controls/segmented_control.h"
#include "widgets/controls/state_panel.h"
#include "widgets/controls/tables.h"
#include "widgets/controls/text_label.h"
#include "widgets/controls/transition_matrix.h"
#include "widgets/theme/bit_look.h"
#include "widgets/theme/icons.h"
#include "widgets/theme/markers.h"
#include "widgets/theme/theme_host.h"

#include <QCheckBox>
#include <QComboBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QPainter>
#include <QRadioButton>
#include <QSlider>
#include <QStandardItemModel>
#include <QTableView>
#include <QVBoxLayout>

namespace halftone {

namespace {

QHBoxLayout* row(std::initializer_list<QWidget*> widgets)
{
    auto* line = new QHBoxLayout;
    line->setSpacing(8);
    for (QWidget* widget : widgets) line->addWidget(widget, 0, Qt::AlignVCenter);
    line->addStretch(1);
    return line;
}

QComboBox* combo(const QStringList& items, bool numbers = false)
{
    auto* box = new QComboBox;
    box->addItems(items);
    if (numbers) setNumbersFont(*box);
    return box;
}

std::vector<StripLayer> resnet20(const std::vector<int>& bits)
{
    std::vector<StripLayer> layers;
    const auto add = [&](const QString& name, double share, const QString& stage) {
        layers.push_back({.name = name, .share = share, .bits = bits[layers.size() % bits.size()], .stage = stage});
    };
    add("conv1", 0.4, "stem");
    for (int i = 0; i < 6; ++i) add(QString("layer1.%1.conv%2").arg(i / 2).arg(i % 2 + 1), 2.36, "layer1");
    add("layer2.0.conv1", 1.18, "layer2");
    add("layer2.0.downsample.0", 0.13, "layer2");
    for (int i = 1; i < 6; ++i) add(QString("layer2.%1.conv%2").arg(i / 2).arg(i % 2 + 1), 2.36, "layer2");
    add("layer3.0.conv1", 1.18, "layer3");
    add("layer3.0.downsample.0", 0.13, "layer3");
    for (int i = 1; i < 6; ++i) add(QString("layer3.%1.conv%2").arg(i / 2).arg(i % 2 + 1), 2.36, "layer3");
    add("linear", 0.1, "head");
    return layers;
}

QStandardItem* cell(const QString& text, bool number = false, bool right = false)
{
    auto* item = new QStandardItem(text);
    item->setData(number, NumberRole);
    if (right) item->setData(QVariant(Qt::AlignRight | Qt::AlignVCenter), Qt::TextAlignmentRole);
    return item;
}

QTableView* layerTable(QWidget* parent)
{
    auto* model = new QStandardItemModel(parent);
    model->setHorizontalHeaderLabels({"Layer", "Kind", "MACs", "EAGL, bits", "Bits"});
    for (const int column : {2, 3}) model->horizontalHeaderItem(column)->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
    const struct {
        const char* name;
        const char* entropy;
        int bits;
    } rows[] = {{"layer1.0.conv1", "3.52", 8}, {"layer1.0.conv2", "3.18", 4}, {"layer1.2.conv1", "3.34", 2}, {"layer1.2.conv2", "2.97", 4}};
    for (const auto& entry : rows) {
        auto* bits = cell(QString::number(entry.bits), true);
        bits->setData(entry.bits, BitsRole);
        model->appendRow({cell(entry.name, true), cell("Conv 3\u00d73"), cell("2.36 M", true, true), cell(entry.entropy, true, true), bits});
    }
    auto* table = new QTableView(parent);
    setUpTable(*table);
    table->setModel(model);
    for (const auto& [column, width] : {std::pair{0, 168}, {1, 106}, {2, 84}, {3, 100}}) table->setColumnWidth(column, width);
    table->selectRow(1);
    table->setProperty("halftoneHoveredRow", 2);
    table->setFixedSize(524, 143);
    return table;
}

class Tip : public QWidget {
public:
    Tip() { setFixedSize(300, 150); }

protected:
    void paintEvent(QPaintEvent*) override
    {
        QPainter painter(this);
        const TipBox tip{"EAGL, budget 65 %", {{"Accuracy, 3 seeds", "88.3 \u00b10.3 %"}, {"Linear cost", "65.2 %"}, {"Bit operations", "0.331 G"}}, "Click opens the point."};
        paintTipBox(painter, tip, QPointF(10, 140), rect(), themeOf(this));
    }
};

class Glyphs : public QWidget {
public:
    Glyphs() { setFixedHeight(110); }

protected:
    void paintEvent(QPaintEvent*) override
    {
        const Theme& theme = themeOf(this);
        QPainter painter(this);
        double x = 0;
        for (const int bits : {1, 2, 3, 4, 5, 6, 7, 8, 16, 32}) {
            paintBitGlyph(painter, QRectF(x, 2, 20, 20), bits, theme);
            paintBitGlyph(painter, QRectF(x + 24, 6, 12, 12), bits, theme);
            const QRectF chip(x, 30, 36, 70);
            painter.fillRect(chip, bitLook(bits, theme).tint);
            painter.fillRect(chip.adjusted(0, 35, 0, 0), bitLook(bits, theme).fill);
            paintBitTexture(painter, chip.adjusted(0, 35, 0, 0), bits, theme);
            x += 44;
        }
        x += 10;
        for (const auto* name : {"EAGL", "ALPS", "HAWQ-v3", "uniform", "random", "first-to-last"}) {
            for (const bool filled : {true, false}) {
                paintMarker(painter, QPointF(x, filled ? 12 : 36), theme.marker(name), {.colour = theme.series(name), .paper = theme.colour(Role::Window), .filled = filled});
            }
            x += 24;
        }
    }
};

class Icons : public QWidget {
public:
    Icons() { setFixedHeight(100); }

protected:
    void paintEvent(QPaintEvent*) override
    {
        QPainter painter(this);
        int at = 0;
        for (const QString& name : iconNames()) {
            paintIcon(painter, QRectF(at % 20 * 32, at / 20 * 32.0, 20, 20), name, themeOf(this).colour(Role::Ink2));
            ++at;
        }
    }
};

QWidget* leftColumn()
{
    auto* side = new QWidget;
    auto* column = new QVBoxLayout(side);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(16);
    column->addWidget(makeLabel("Components", TextStyle::Title));
    auto* solve = new PushButton("Solve");
    solve->setEnabled(false);
    column->addLayout(row({new PushButton("Fine-tune", ButtonKind::Primary), new PushButton("Save as"), new PushButton("Ignore", ButtonKind::Quiet), solve,
        new PushButton("Delete study", ButtonKind::Danger), makeIconButton("plus", "Add", ButtonKind::Plain)}));
    auto* percent = new NumberField({.minimum = 0, .maximum = 100, .step = 5, .decimals = 1, .unit = "%", .fieldWidth = 120});
    percent->setValue(75);
    auto* focused = new QLineEdit("0.65");
    setNumbersFont(*focused);
    focused->setFixedWidth(160);
    focused->setObjectName("focused");
    column->addLayout(row({combo({"ALPS", "EAGL"}), percent, focused, new SegmentedControl({"Network", "Gain", "Cost"})}));
    auto* refused = new NumberField({.minimum = 0, .maximum = 100, .step = 5, .decimals = 0, .fieldWidth = 200});
    refused->setValue(5);
    refused->setError("The smallest reachable budget is 58.8 %.");
    column->addLayout(row({refused}));
    auto* bits = new SegmentedControl;
    for (const int width : {8, 4, 2}) bits->addBitChoice(width);
    bits->addChoice("Pin", "pin");
    bits->setCurrent(1);
    auto* save = new PushButton("Save chart");
    save->setIconName("save");
    auto* measure = new PushButton("Measure latency");
    measure->setIconName("clock");
    column->addLayout(row({bits, save, measure}));
    auto* checked = new QCheckBox("Show pins");
    checked->setChecked(true);
    auto* radio = new QRadioButton("Fold");
    radio->setChecked(true);
    auto* on = new Switch("Smooth");
    on->setChecked(true);
    column->addLayout(row({checked, new QCheckBox("Show gains"), radio, new QRadioButton("Keep"), on, new Switch("Time")}));
    auto* slider = new QSlider(Qt::Horizontal);
    slider->setValue(60);
    slider->setFixedWidth(240);
    auto* search = new SearchField("Find or run");
    search->setKeyHint("Ctrl K");
    search->setFixedWidth(240);
    column->addLayout(row({slider, search}));
    column->addWidget(layerTable(side));
    auto* keys = row({new KeyHint({"8", "4", "2"}, "set"), new KeyHint({"P"}, "pin"), new KeyHint({"Esc"}, "cancel the move")});
    column->addLayout(keys);
    column->addWidget(new Glyphs);
    column->addWidget(new Icons);
    column->addStretch(1);
    return side;
}

QWidget* middleColumn()
{
    auto* side = new QWidget;
    auto* column = new QVBoxLayout(side);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(16);
    auto* strips = new Card("Bit maps along ALPS");
    strips->setSubtitle("width is share of MACs");
    auto* legend = new BitLegend;
    legend->setWidths({8, 4, 2});
    strips->addHeaderWidget(legend);
    for (int i = 0; i < 3; ++i) {
        auto* strip = new BitStrip;
        strip->setFixedHeight(i == 2 ? 32 : 16);
        strip->setLayers(resnet20(i == 0 ? std::vector<int>{8, 4, 4, 4, 2} : i == 1 ? std::vector<int>{4, 4, 2} : std::vector<int>{8, 8, 4, 4, 2, 4, 2, 4, 4, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 8, 8}));
        if (i == 2) strip->setSelected(4);
        strips->body()->addWidget(strip);
    }
    auto* counts = new BitLegend;
    counts->setCounts({{8, 2}, {4, 11}, {2, 9}}, "layers");
    strips->body()->addWidget(counts);
    column->addWidget(strips);
    auto* matrixCard = new Card("Against all 4 bit");
    matrixCard->setCaption("layers");
    auto* matrix = new TransitionMatrix;
    matrix->setRowWord("was");
    matrix->setCounts({{{8, 8}, 2}, {{4, 8}, 1}, {{4, 4}, 7}, {{4, 2}, 12}});
    matrixCard->body()->addWidget(matrix);
    matrixCard->body()->addWidget(makeLabel("13 of 22 layers differ: 12 lower, 1 higher.", TextStyle::Small, Role::Ink2));
    column->addWidget(matrixCard);
    column->addWidget(new Tip);
    auto* searchCard = new Card;
    auto* note = new QFrame;
    note->setProperty("halftone", "note");
    note->setProperty("tone", "ok");
    note->setFixedHeight(48);
    searchCard->body()->addWidget(note);
    searchCard->body()->addLayout(row({combo({"alps75"}, true), combo({"Linear, bits \u00d7 MACs"})}));
    column->addWidget(searchCard);
    column->addStretch(1);
    return side;
}

QWidget* rightColumn()
{
    auto* side = new QWidget;
    setSurface(*side, Surface::Panel);
    side->setFixedWidth(304);
    auto* column = new QVBoxLayout(side);
    column->setContentsMargins(16, 16, 16, 16);
    column->setSpacing(16);
    column->addWidget(makeLabel("Totals", TextStyle::Heading));
    auto* big = row({makeLabel("75.0", TextStyle::Display), makeLabel("% of all 4 bit", TextStyle::Body, Role::Ink2)});
    column->addLayout(big);
    auto* estimated = new FactList(Origin::Estimated);
    estimated->setSource("from tables and ALPS");
    estimated->setChangeWidth(48);
    const char* const facts[][3] = {{"Gain kept", "0.284", "\u22120.021"}, {"Size", "79.1 KiB", "\u22125.0"}, {"Bit operations", "0.489 G", "\u22120.016"}, {"Latency (model)", "1.92 ms", "\u22120.03"}};
    for (const auto& fact : facts) estimated->setValue(estimated->addFact(fact[0]), QString::fromUtf8(fact[1]), QString::fromUtf8(fact[2]));
    column->addWidget(estimated);
    auto* measured = new FactList(Origin::Measured);
    measured->setSource("this machine, 2 threads");
    measured->setMissing(measured->addFact("Latency, batch 1"), "not since the change");
    measured->setMissing(measured->addFact("Accuracy, test"), "not since the change");
    measured->addFact("Last saved, " + codeSpan("alps75"), "2.31 \u00b10.04 ms", {});
    column->addWidget(measured);
    column->addWidget(makeRule());
    auto* plain = new FactList;
    plain->addFact("MACs", "1.18 M, 2.9 %", "Multiplications and additions for one image.");
    plain->addFact("Size at 4 bit", "2.25 KiB", {});
    column->addWidget(plain);
    column->addWidget(makeSentence(codeSpan("fc.weight") + " is in the file, not in the network. Nearest: " + codeSpan("linear.weight") + "."));
    column->addStretch(1);
    return side;
}

Card* stateCard(StatePanel* panel)
{
    auto* card = new Card;
    card->body()->addWidget(panel);
    return card;
}

} // namespace

std::unique_ptr<QWidget> makeComponentGallery()
{
    auto page = std::make_unique<QWidget>();
    setSurface(*page, Surface::Window);
    auto* columns = new QHBoxLayout(page.get());
    columns->setContentsMargins(24, 16, 0, 0);
    columns->setSpacing(24);
    columns->addWidget(leftColumn(), 3);
    columns->addWidget(middleColumn(), 2);
    columns->addWidget(rightColumn());
    page->setFixedSize(1440, 900);
    return page;
}

std::unique_ptr<QWidget> makeStateGallery()
{
    auto page = std::make_unique<QWidget>();
    setSurface(*page, Surface::Window);
    auto* grid = new QGridLayout(page.get());
    grid->setContentsMargins(24, 24, 24, 24);
    grid->setSpacing(16);
    auto* empty = new StatePanel;
    empty->showEmpty({"empty", "No points yet", "Fine-tune an assignment. Its point appears here as soon as it is measured.", "Fine-tune alps75", "about 15 min", {}});
    auto* working = new StatePanel;
    working->showWorking({.title = "Hessian trace", .fraction = 0.4, .timeLeft = "3 min left", .detail = "group 8 of 20 \u00b7 64 probes", .canPause = true});
    auto* failed = new StatePanel;
    failed->showFailed({"The run stopped at epoch 2.", "The loss became NaN. Epoch 1 is kept. Try a learning rate of 0.003.",
        "random55, seed 0, step 112\nlr 0.01, loss nan after layer3.1.conv2", {"Try 0.003", "Go on from epoch 1"}});
    if (auto* fold = failed->findChild<QPushButton*>("details")) fold->setChecked(true);
    auto* done = new StatePanel;
    done->showDone({"Hessian trace", "20 of 20 groups scored. Agrees with EAGL at 0.64.", "5 min 2 s", {"Use in Bits", "Save CSV"}});
    auto* emptyCard = stateCard(empty);
    emptyCard->setMinimumHeight(232);
    grid->addWidget(emptyCard, 0, 0);
    grid->addWidget(stateCard(failed), 0, 1);
    grid->addWidget(stateCard(working), 1, 0);
    grid->addWidget(stateCard(done), 1, 1);
    auto* paused = new StatePanel;
    paused->showWorking({.title = "Fine-tune alps65", .fraction = {}, .detail = "epoch 12 of 30", .canPause = true, .paused = true});
    grid->addWidget(stateCard(paused), 2, 0);
    auto* dropped = new Card;
    dropped->setDashed(true);
    auto* drop = new StatePanel;
    drop->showEmpty({"file", "Drop a model or a study here", ".pth, .safetensors, .onnx, .pt, .weights or .halftone", {}, {}, "Open a file"});
    dropped->body()->addWidget(drop);
    grid->addWidget(dropped, 2, 1);
    grid->setRowStretch(3, 1);
    page->setFixedSize(720, 900);
    return page;
}

QImage picture(QWidget& widget, double density)
{
    QImage image(widget.size() * density, QImage::Format_RGB32);
    image.setDevicePixelRatio(density);
    widget.render(&image);
    return image;
}

} // namespace halftone
