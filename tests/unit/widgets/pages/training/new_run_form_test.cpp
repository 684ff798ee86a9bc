// The form of a new run: the command it makes, the time it tells, what it refuses, and its keys.
#include "page_fixture.h"

#include <QComboBox>
#include <QLabel>
#include <QLineEdit>

#include "widgets/controls/fields.h"
#include "widgets/pages/training/new_run_form.h"

namespace halftone {
namespace {

using namespace Qt::StringLiterals;

class NewRunFormTest : public TrainingPageTest {
protected:
    NewRunForm& form() const { return *page->findChild<NewRunForm*>(); }
};

TEST_F(NewRunFormTest, TellsTheTimeBeforeItStarts)
{
    open();
    click("newRun");
    ASSERT_TRUE(form().isVisible());
    ASSERT_TRUE(QTest::qWaitFor([&] { return form().findChild<QLabel*>(u"time"_s)->text().contains(u"15 min"_s); }, 3000))
        << form().findChild<QLabel*>(u"time"_s)->text().toStdString();
    EXPECT_EQ(engine.began().size(), 0u);
}

TEST_F(NewRunFormTest, StartsWithEnterAndFolds)
{
    open();
    click("newRun");
    form().setAssignment(u"eagl75"_s);
    auto* epochs = form().findChild<NumberField*>(u"epochs"_s)->field();
    epochs->setFocus();
    epochs->selectAll();
    QTest::keyClicks(epochs, u"2"_s);
    QTest::keyClick(epochs, Qt::Key_Return);
    EXPECT_FALSE(form().isVisible());
    ASSERT_TRUE(QTest::qWaitFor([&] { return !engine.began().empty(); }, 3000));
    EXPECT_EQ(engine.began().front(), "finetune eagl75");
    EXPECT_TRUE(session->lastCommand().contains(u"--assignment eagl75 --epochs 2 --seed 0"_s)) << session->lastCommand().toStdString();
    engine.allowEpochs(2);
    ASSERT_TRUE(QTest::qWaitFor([&] { return !session->currentJob(); }, 3000));
}

TEST_F(NewRunFormTest, RefusesALearningRateThatIsNone)
{
    open();
    click("newRun");
    auto* rate = form().findChild<QLineEdit*>(u"rate"_s);
    EXPECT_TRUE(rate->placeholderText().startsWith(u"0.005"_s)) << rate->placeholderText().toStdString();
    QTest::keyClicks(rate, u"fast"_s);
    EXPECT_TRUE(form().arguments().isEmpty());
    QTest::keyClick(rate, Qt::Key_Return);
    EXPECT_TRUE(form().isVisible());
    EXPECT_TRUE(session->jobs().empty());
    rate->clear();
    QTest::keyClicks(rate, u"0,003"_s);
    EXPECT_EQ(form().arguments().mid(form().arguments().indexOf(u"--lr"_s)), (QStringList{u"--lr"_s, u"0.003"_s}));
}

TEST_F(NewRunFormTest, EscapeFoldsIt)
{
    open();
    click("newRun");
    QTest::keyClick(&form(), Qt::Key_Escape);
    EXPECT_FALSE(form().isVisible());
    EXPECT_TRUE(session->jobs().empty());
}

} // namespace
} // namespace halftone
