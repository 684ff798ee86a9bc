// Draws the Model view in its states, both themes and two densities, for the eye.
#include "tests/unit/widgets/pages/model/model_fixture.h"

#include <cmath>

#include <QDir>
#include <QImage>
#include <QLineEdit>
#include <QPainter>

#include <nlohmann/json.hpp>

#include "widgets/shell/main_window.h"

namespace halftone {

std::string test::inspectAnswer(const std::string& layer)
{
    nlohmann::json counts = nlohmann::json::array();
    for (int i = 0; i < 64; ++i) counts.push_back(static_cast<int>(9000 * std::exp(-i / 14.0)));
    nlohmann::json widths = nlohmann::json::array();
    for (const int bits : {2, 4, 8}) {
        nlohmann::json levels = nlohmann::json::array();
        const int last = (1 << bits) - 1;
        for (int code = 0; code <= last; ++code) levels.push_back(3.0 * code / last);
        widths.push_back({{"bits", bits}, {"step", 3.0 / last}, {"levels", levels}, {"signalToNoiseDb", 6.0 * bits}});
    }
    return nlohmann::json{{"layer",
                              {{"name", layer},
                                  {"inputs",
                                      {{"value", "layer1.0.relu2"}, {"images", 512}, {"zeroFraction", 0.4},
                                          {"histogram", {{"lowest", 0.0}, {"highest", 3.0}, {"counts", counts}}}, {"widths", widths}}}}}}
        .dump();
}

namespace {

void save(QWidget& window, const QString& name)
{
    QTest::qWait(30);
    const QString folder = QStringLiteral(HALFTONE_BINARY_DIR "/gallery");
    QDir().mkpath(folder);
    for (const int density : {1, 2}) {
        QImage image(window.size() * density, QImage::Format_ARGB32_Premultiplied);
        image.setDevicePixelRatio(density);
        window.render(&image);
        const QString ending = density == 2 ? QStringLiteral("@2x.png") : QStringLiteral(".png");
        EXPECT_TRUE(image.save(folder + QStringLiteral("/model-") + name + ending));
    }
}

// Widths as a person might have them: 8 at the start, then 4, then mostly 2.
void mixBits(test::ModelFixture& made)
{
    const auto& groups = made.study.table.groups;
    for (std::size_t g = 0; g < groups.size(); ++g)
        if (!groups[g].edge && (g > groups.size() / 2 || g % 4 == 3)) made.session.bits().move({GroupIndex(static_cast<std::int64_t>(g))}, 2);
}

class ModelPictures : public testing::Test {
protected:
    void draw(const std::string& architecture, const char* layer, const QString& name, QSize size, ThemeKind kind)
    {
        test::ModelFixture made(architecture);
        ThemeHost::installed()->setKind(kind);
        MainWindow window(made.session);
        window.resize(size);
        window.show();
        made.session.open(made.study.path());
        const auto isDrawn = [&] {
            const auto* page = window.findChild<ModelPage*>();
            return page && page->isDrawn();
        };
        ASSERT_TRUE(QTest::qWaitFor(isDrawn, 10000));
        auto* page = window.findChild<ModelPage*>();
        mixBits(made);
        QSignalSpy weights(&page->panel(), &LayerPanel::weightsShown);
        QSignalSpy measured(&page->panel().inputs(), &InputHistogram::measured);
        made.session.selectLayer(made.layerNamed(layer));
        ASSERT_TRUE(QTest::qWaitFor([&] { return weights.count() > 0 && measured.count() > 0; }, 10000));
        QTest::qWait(50);
        save(window, name);
        ThemeHost::installed()->setKind(ThemeKind::Light);
    }
};

TEST_F(ModelPictures, AreDrawnInBothThemesAndSizes)
{
    draw("fashion_resnet14", "layer2.0.conv1", QStringLiteral("light"), {1440, 900}, ThemeKind::Light);
    draw("fashion_resnet14", "layer2.0.conv1", QStringLiteral("dark"), {1440, 900}, ThemeKind::Dark);
    draw("cifar_resnet20", "layer2.1.conv1", QStringLiteral("1280"), {1280, 800}, ThemeKind::Light);
}

TEST_F(ModelPictures, AreDrawnOfEveryState)
{
    test::ModelFixture made("fashion_resnet14");
    made.fails = true;
    ModelPage page(made.session);
    page.resize(1208, 720);
    page.show();
    save(page, QStringLiteral("no-study"));
    made.open(page);
    mixBits(made);
    save(page, QStringLiteral("no-layer"));
    auto* search = page.findChild<QLineEdit*>(QStringLiteral("layerSearch"));
    QTest::keyClicks(search, QStringLiteral("layer2"));
    page.graph().view().fit();
    save(page, QStringLiteral("search"));
    search->clear();
    QTest::keyClicks(search, QStringLiteral("layr2.0"));
    made.session.selectLayer(3);
    QTest::qWait(1000);
    save(page, QStringLiteral("failed-inputs"));
    search->clear();
    auto* colour = page.findChild<SegmentedControl*>(QStringLiteral("graphColour"));
    for (const int choice : {1, 2}) {
        QTest::mouseClick(colour, Qt::LeftButton, {}, colour->choiceRect(choice).center());
        save(page, choice == 1 ? QStringLiteral("cost") : QStringLiteral("gain"));
    }
}

} // namespace
} // namespace halftone
